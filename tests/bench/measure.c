/* Runs a program and prints what it cost: "seconds peak_megabytes exit_code" on the file descriptor 3.
 *   measure PROGRAM ARGUMENT... 3>FILE */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double seconds_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

int main(int argc, char **argv) {
    if (argc < 2)
        return 64;
    const double started = seconds_now();
    const pid_t child = fork();
    if (child < 0)
        return 70;
    if (child == 0) {
        close(3);
        execvp(argv[1], argv + 1);
        perror(argv[1]);
        _exit(127);
    }
    int status = 0;
    if (waitpid(child, &status, 0) < 0)
        return 70;
    struct rusage usage;
    getrusage(RUSAGE_CHILDREN, &usage);
    const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    dprintf(3, "%.3f %.1f %d\n", seconds_now() - started, (double)usage.ru_maxrss / 1024, code);
    return code;
}
