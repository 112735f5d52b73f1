#include <criterion/criterion.h>
#include <stdint.h>
#include <string.h>

#include "io/base/arena.h"
#include "io/base/sha256.h"

Test(arena, pieces_are_aligned_and_apart) {
    Arena arena = {0};
    unsigned char *pieces[2000];
    for (size_t i = 0; i < 2000; i++) {
        const size_t align = (size_t)1 << (i % 5);
        pieces[i] = arena_alloc(&arena, i, align);
        cr_assert_not_null(pieces[i]);
        cr_assert_eq((uintptr_t)pieces[i] % align, 0);
        memset(pieces[i], (int)(i % 251), i);
    }
    for (size_t i = 0; i < 2000; i++)
        for (size_t b = 0; b < i; b++)
            cr_assert_eq(pieces[i][b], i % 251);
    arena_free(&arena);
    cr_expect_eq(arena.reserved_bytes, 0);
    arena_free(&arena);
}

Test(arena, marks_release_what_came_later) {
    Arena arena = {0};
    const ArenaMark empty = arena_mark(&arena);
    const Text kept = arena_copy(&arena, (Text){"kept", 4});
    const ArenaMark mark = arena_mark(&arena);
    for (int32_t round = 0; round < 3; round++) {
        for (int32_t i = 0; i < 100; i++)
            cr_assert_not_null(arena_alloc(&arena, 100000, 8));
        arena_reset(&arena, mark);
        cr_expect_str_eq(kept.bytes, "kept");
    }
    cr_expect_str_eq(arena_copy_string(&arena, "more"), "more");
    arena_reset(&arena, empty);
    cr_expect_eq(arena.reserved_bytes, 0);
    arena_free(&arena);
}

Test(arena, a_piece_may_be_larger_than_a_block) {
    Arena arena = {0};
    char *large = arena_alloc(&arena, 10000000, 16);
    cr_assert_not_null(large);
    large[9999999] = 'x';
    cr_expect_null(arena_alloc(&arena, SIZE_MAX, 1));
    arena_free(&arena);
}

/* FIPS 180-2, appendix B. */
Test(sha256, known_digests) {
    static const struct {
        const char *text;
        const char *hex;
    } cases[] = {
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint8_t digest[SHA256_SIZE];
        char hex[SHA256_HEX_SIZE];
        Sha256 sha;
        cr_assert(sha256_bytes(cases[i].text, strlen(cases[i].text), digest));
        sha256_hex(digest, hex);
        cr_expect_str_eq(hex, cases[i].hex);
        cr_assert(sha256_begin(&sha));
        for (const char *at = cases[i].text; *at != '\0'; at++)
            sha256_add(&sha, at, 1);
        sha256_end(&sha, digest);
        sha256_hex(digest, hex);
        cr_expect_str_eq(hex, cases[i].hex);
        sha256_abandon(&sha);
    }
}
