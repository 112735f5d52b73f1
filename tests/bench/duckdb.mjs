// Runs SQL files in DuckDB, one after the other in one database in memory, and prints the last row of the last one.
//   node duckdb.mjs MODULES THREADS FILE...     MODULES: where npm has put @duckdb/node-api
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [modules, threads, ...files] = process.argv.slice(2);
const { DuckDBInstance } = createRequire(`${modules}/x.js`)("@duckdb/node-api");
const instance = await DuckDBInstance.create(":memory:", { threads });
const connection = await instance.connect();
let rows = [];
for (const file of files)
    for (const statement of await connection.extractStatements(readFileSync(file, "utf8")).then(
        async (all) => Array.from({ length: all.count }, (_, i) => () => all.prepare(i)))) {
        const prepared = await statement();
        rows = (await prepared.runAndReadAll()).getRows();
    }
console.log(rows.at(-1).join(" "));
