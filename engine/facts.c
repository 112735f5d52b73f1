#include "engine/facts.h"

#include <string.h>

int text_compare(Text a, Text b) {
    uint32_t shorter = a.size_bytes < b.size_bytes ? a.size_bytes : b.size_bytes;
    int order = shorter == 0 ? 0 : memcmp(a.bytes, b.bytes, shorter);
    if (order != 0) {
        return order;
    }
    return a.size_bytes < b.size_bytes ? -1 : a.size_bytes > b.size_bytes ? 1 : 0;
}
