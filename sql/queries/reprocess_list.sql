-- The differences one by one: psql -v largest=t -v limit=50 (after reprocess_differences). With largest the largest come
-- first; otherwise they come by month and CPR number, and an empty limit means all of them.
SELECT to_char(d.month, 'YYYY-MM'), d.cpr, d.kommunekode, d.art, d.old_oere, d.new_oere, d.delta_oere, d.delta_atp_egen,
       d.delta_atp_kommune, d.delta_skat, d.delta_pension, d.law, d.facts, d.amounts, d.findings,
       (SELECT i.name || ':' || f.line
          FROM ydelse.fact_deltagere f JOIN ydelse.input_file i USING (file_id)
         WHERE f.cpr_nummer = d.cpr AND f.posttype <> 'T'
         ORDER BY f.delivery_id DESC, f.file_id DESC, f.line DESC LIMIT 1)
  FROM pg_temp.reprocess_difference d
 ORDER BY CASE WHEN :'largest'::boolean THEN -abs(d.delta_oere) END, d.month, d.cpr
 LIMIT nullif(:'limit'::text, '')::bigint;
