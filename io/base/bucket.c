#include "io/base/bucket.h"

#include <xxhash.h>

int16_t bucket_of(const char *digits) {
    return (int16_t)(XXH3_64bits(digits, CPR_DIGITS) % BUCKET_COUNT);
}
