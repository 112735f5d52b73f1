-- Which results are to be split: per pair of runs and bucket, how many people, and their months.
SELECT before_run, after_run, bucket, count(DISTINCT cpr), to_char(min(month), 'YYYY-MM'), to_char(max(month), 'YYYY-MM')
  FROM difference_found
 WHERE before_udfald IN ('BETALES', 'NUL', 'FOERTIDSPENSION') AND after_udfald IN ('BETALES', 'NUL', 'FOERTIDSPENSION')
 GROUP BY before_run, after_run, bucket
 ORDER BY before_run, after_run, bucket;
