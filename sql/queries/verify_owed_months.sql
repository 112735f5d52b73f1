-- The months that anything is computed or owed for.
SELECT month FROM ydelse.run_month UNION SELECT month FROM ydelse.entitlement UNION SELECT month FROM ydelse.result ORDER BY 1;
