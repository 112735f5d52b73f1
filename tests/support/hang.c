/* A test that hangs ends, by SIGALRM, whatever else the machine has to do until then. Criterion would end only a test that has
 * a .timeout of its own (its --timeout shortens those), and loses the memory of the timer, which the leak check finds. */
#include <stdlib.h>
#include <unistd.h>

#define HANG_SECONDS 14400

/* In the process of a test, which Criterion's helper starts with this variable; not in the one that waits for all of them. */
__attribute__((constructor)) static void end_when_it_hangs(void) {
    if (getenv("BXFI_MAP") != NULL)
        alarm(HANG_SECONDS);
}
