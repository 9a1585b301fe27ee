// The pages work without this script. It shows the slider's version while it moves, asks for the
// page when it stops, and sends the form of a login link.
"use strict";

const slider = document.querySelector("[data-slider]");
if (slider) {
  const range = slider.querySelector("input[type=range]");
  const output = slider.querySelector("output");
  range.addEventListener("input", () => { output.textContent = range.value; });
  range.addEventListener("change", () => { slider.submit(); });
}

const login = document.querySelector("form[data-send]");
if (login) {
  login.submit();
}
