/* Planted faults: `make sanitize` and `make sanitize-threads` first show that their checks would find them. */
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void leak(void) {
    char *volatile bytes = malloc(100);
    if (bytes != NULL)
        bytes[0] = 'x';
    bytes = NULL;
}

static void overflow_heap(void) {
    char *bytes = malloc(10);
    volatile size_t place = 10;
    if (bytes != NULL) {
        volatile char *byte = bytes + place;
        *byte = 'x';
    }
    free(bytes);
}

static void overflow_integer(void) {
    volatile int number = INT_MAX;
    number = number + 1;
    printf("%d\n", number);
}

static void *count_up(void *context) {
    volatile int *number = context;
    *number = *number + 1;
    return NULL;
}

static void race(void) {
    pthread_t other;
    int number = 0;
    if (pthread_create(&other, NULL, count_up, &number) != 0)
        return;
    count_up(&number);
    pthread_join(other, NULL);
}

int main(int argc, char **argv) {
    const char *fault = argc == 2 ? argv[1] : "";
    if (strcmp(fault, "leak") == 0)
        leak();
    else if (strcmp(fault, "heap") == 0)
        overflow_heap();
    else if (strcmp(fault, "integer") == 0)
        overflow_integer();
    else if (strcmp(fault, "race") == 0)
        race();
    else if (strcmp(fault, "none") != 0)
        return 64;
    return 0;
}
