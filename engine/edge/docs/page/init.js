// The page takes a token as it is, whoever the issuer is: what it loads comes from this process alone, so
// that it can't ask the issuer for one. To Swagger UI the contract's scheme is a bearer's, therefore.
const asBearer = () => ({
  statePlugins: {spec: {wrapActions: {updateJsonSpec: (update) => (spec) => {
    const schemes = spec.components?.securitySchemes ?? {};
    for (const [name, scheme] of Object.entries(schemes)) {
      if (scheme.type === "openIdConnect") {
        schemes[name] = {type: "http", scheme: "bearer", description: scheme.description};
      }
    }
    return update(spec);
  }}}},
});

window.ui = SwaggerUIBundle({
  url: "openapi.yaml",
  dom_id: "#swagger-ui",
  deepLinking: true,
  tryItOutEnabled: true,
  validatorUrl: null,
  defaultModelsExpandDepth: 0,
  showExtensions: true,
  plugins: [asBearer],
});
