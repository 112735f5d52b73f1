#include <criterion/criterion.h>
#include <string.h>

#include "io/base/progress.h"

Test(progress, a_line_tells_share_rate_and_what_is_left) {
    static const struct {
        ProgressStage stage;
        bool danish;
        int64_t done, total, count, elapsed_ms;
        const char *line;
    } cases[] = {
        {PROGRESS_LOAD, false, 50, 100, 14000, 7000,
         "loading [########........]  50 %  2,000 rows/s  0:07 left"},
        {PROGRESS_LOAD, true, 50, 100, 14000, 7000,
         "indlæser [########........]  50 %  2.000 rækker/s  0:07 tilbage"},
        {PROGRESS_WORK, false, 256, 256, 10, 1000,
         "computing [################] 100 %  10 person-months/s  0:00 left"},
        {PROGRESS_WORK, false, 1, 256, 10, 100, "computing [................]   0 %"},
        {PROGRESS_REPLAY, false, 1, 100, 10, 3600000,
         "computing again [................]   1 %  0 results/s  99:00:00 left"},
        {PROGRESS_VERIFY, false, 0, 0, 0, 1000, "verifying [................]   0 %"},
        {PROGRESS_LOAD, false, 70, 50, 1, 100, "loading [################] 100 %"},
        {PROGRESS_LOAD, false, INT64_MAX / 2, INT64_MAX, 1000, 1000,
         "loading [#######.........]  49 %  1,000 rows/s  0:01 left"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char line[PROGRESS_LINE_SIZE];
        progress_line(cases[i].stage, cases[i].danish, cases[i].done, cases[i].total, cases[i].count,
                      cases[i].elapsed_ms, line);
        cr_expect_str_eq(line, cases[i].line, "case %zu: %s", i, line);
    }
}
