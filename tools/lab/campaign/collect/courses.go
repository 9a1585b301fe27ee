//go:build linux

package collect

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/tools/lab/campaign/history"
	"example.com/pgcqrs/tools/lab/campaign/session"
	"example.com/pgcqrs/tools/lab/campaign/students"
)

// readCourses returns the whole log of the courses.
func readCourses(ctx context.Context, url string) (log []history.CourseEvent, err error) {
	const sql = `
		SELECT position, type, data ->> 'Course', coalesce(data ->> 'Student', ''), coalesce((data ->> 'Capacity')::int, 0), coalesce(metadata ->> 'correlation_id', ''),
			ARRAY(SELECT tag FROM event_tags t WHERE t.position = e.position ORDER BY tag COLLATE "C")
		FROM events e ORDER BY position`
	err = session.Run(ctx, session.InDatabase(url, students.Database), func(ctx context.Context, conn *pgx.Conn) error {
		rows, _ := conn.Query(ctx, sql)
		log, err = pgx.CollectRows(rows, pgx.RowToStructByPos[history.CourseEvent])
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the log of the courses: %w", err)
	}
	return log, nil
}
