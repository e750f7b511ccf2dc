-- Whether people who annotated the same task agree, without showing what they said: a function of the database's owner, which
-- the exporter's role may call and whose tables it may not read. A text and not a view, because a view would stand in the way of
-- a migration that changes one of its columns.
--
-- It looks at the 20 projects that were annotated last, and in each at the tasks of its newest 500 annotations, so that its cost
-- has a bound. Of each person the newest annotation counts; skipped ones do not.
--
-- Two annotations agree when they have the same choices, labels, ratings and numbers for the same controls, each as often. Where
-- a region lies is not compared. A task with anything else in a result, such as a text, is not compared at all.
DROP FUNCTION IF EXISTS public.semblance_agreement();
CREATE FUNCTION public.semblance_agreement() RETURNS TABLE (project bigint, outcome text, tasks bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
  WITH projects AS (
    SELECT p.id
    FROM public.project p
    CROSS JOIN LATERAL (SELECT a.id FROM public.task_completion a WHERE a.project_id = p.id ORDER BY a.id DESC LIMIT 1) newest
    ORDER BY newest.id DESC LIMIT 20
  ),
  recent AS (
    SELECT DISTINCT p.id AS project_id, newest.task_id
    FROM projects p
    CROSS JOIN LATERAL (
      SELECT a.task_id FROM public.task_completion a
      WHERE a.project_id = p.id AND a.task_id IS NOT NULL AND NOT a.was_cancelled
      ORDER BY a.id DESC LIMIT 500
    ) newest
  ),
  given AS (
    SELECT recent.project_id, a.task_id, max(a.id) AS id
    FROM recent
    JOIN public.task_completion a ON a.task_id = recent.task_id
    WHERE a.completed_by_id IS NOT NULL AND NOT a.was_cancelled
    GROUP BY recent.project_id, a.task_id, a.completed_by_id
  ),
  several AS (
    SELECT given.*, count(*) OVER (PARTITION BY given.task_id) AS people FROM given
  ),
  said AS (
    SELECT several.project_id, several.task_id, said.comparable, said.labels
    FROM several
    JOIN public.task_completion a ON a.id = several.id
    CROSS JOIN LATERAL (
      SELECT coalesce(bool_and(item.comparable), true) AS comparable,
        coalesce(array_agg(item.control || '=' || label.value::text ORDER BY item.control COLLATE "C", label.value::text COLLATE "C")
          FILTER (WHERE label.value IS NOT NULL), '{}') AS labels
      FROM jsonb_array_elements(CASE jsonb_typeof(a.result) WHEN 'array' THEN a.result ELSE '[]' END) AS result(value)
      CROSS JOIN LATERAL (
        SELECT coalesce(result.value ->> 'from_name', '') AS control,
          result.value -> 'value' -> (result.value ->> 'type') AS labels,
          coalesce(
            (result.value ->> 'type' IN ('choices', 'taxonomy', 'rating', 'number') OR result.value ->> 'type' LIKE '%labels')
              AND jsonb_typeof(result.value -> 'value' -> (result.value ->> 'type')) IN ('array', 'number'),
            false
          ) AS comparable
      ) item
      LEFT JOIN LATERAL jsonb_array_elements(
        CASE jsonb_typeof(item.labels) WHEN 'array' THEN item.labels WHEN 'number' THEN jsonb_build_array(item.labels) ELSE '[]' END
      ) AS label(value) ON true
    ) said
    WHERE several.people > 1
  ),
  judged AS (
    SELECT said.project_id,
      CASE
        WHEN NOT bool_and(said.comparable) THEN 'not_compared'
        WHEN count(DISTINCT said.labels) = 1 THEN 'agree'
        ELSE 'disagree'
      END AS outcome
    FROM said
    GROUP BY said.project_id, said.task_id
  )
  SELECT judged.project_id, judged.outcome, count(*) FROM judged GROUP BY judged.project_id, judged.outcome
$body$;
REVOKE ALL ON FUNCTION public.semblance_agreement() FROM PUBLIC;
