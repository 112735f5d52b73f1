#include "io/pg/pg_fact.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "io/base/bucket.h"
#include "io/intake/code_list.h"
#include "io/pg/pg_encode.h"

#define NUMBER_FIELD_SIZE_MAX PG_FIELD_SIZE(8)
#define OWN_FIELDS_SIZE_MAX (FACT_OWN_COLUMNS * PG_FIELD_SIZE(16))

static const char posttype_letters[] = {[POSTTYPE_N] = 'N', [POSTTYPE_R] = 'R', [POSTTYPE_T] = 'T'};

int pg_fact_column_count(KindId kind) {
    return FACT_OWN_COLUMNS + kind_table[kind].column_count - 1;
}

void pg_fact_columns(KindId kind, char text[FACT_COLUMNS_SIZE]) {
    int size =
        snprintf(text, FACT_COLUMNS_SIZE, "delivery_id, file_id, line, bucket, posttype, content, salt");
    for (int32_t i = COLUMN_INDEX_INDBERETTET; i < kind_table[kind].column_count; i++)
        size +=
            snprintf(text + size, FACT_COLUMNS_SIZE - (size_t)size, ", %s", kind_table[kind].columns[i].name);
    size += snprintf(text + size, FACT_COLUMNS_SIZE - (size_t)size, ", row_hash");
    assert(size < FACT_COLUMNS_SIZE);
}

static bool begins_with(const char *text, const char *word) {
    return strncmp(text, word, strlen(word)) == 0;
}

void pg_fact_sql(KindId kind, const char *pattern, char *sql, size_t sql_size) {
    static const char *const words[] = {"{kind}", "{id}", "{columns}"};
    char columns[FACT_COLUMNS_SIZE];
    const char *const texts[] = {kind_table[kind].name,
                                 kind_table[kind].columns[kind_table[kind].id_column].name, columns};
    size_t used = 0;
    pg_fact_columns(kind, columns);
    while (*pattern != '\0') {
        const char *text = NULL;
        for (int i = 0; i < 3 && *pattern == '{' && text == NULL; i++)
            if (begins_with(pattern, words[i])) {
                text = texts[i];
                pattern += strlen(words[i]);
            }
        const size_t size = text == NULL ? 1 : strlen(text);
        assert(used + size < sql_size);
        memcpy(sql + used, text == NULL ? pattern++ : text, size);
        used += size;
    }
    sql[used] = '\0';
}

size_t pg_fact_size_max(KindId kind, const Value *values) {
    size_t size = OWN_FIELDS_SIZE_MAX;
    for (int32_t i = COLUMN_INDEX_INDBERETTET; i < kind_table[kind].column_count; i++)
        size += NUMBER_FIELD_SIZE_MAX + values[i].text.size_bytes;
    return size;
}

int16_t pg_fact_bucket(KindId kind, const Value *values) {
    const Text cpr = values[kind_table[kind].cpr_column].text;
    return cpr.size_bytes == CPR_DIGITS ? bucket_of(cpr.bytes) : BUCKET_NONE;
}

static char *encode_value(const Column *column, const Value *value, char *target) {
    switch (column->type) {
    case COLUMN_CPR:
    case COLUMN_TEXT:
    case COLUMN_ID:
    case COLUMN_TIME:
    case COLUMN_CODE:
    case COLUMN_SE:
        if (value->text.size_bytes == 0)
            return pg_encode_null(target);
        return pg_encode_bytes(target, value->text.bytes, value->text.size_bytes);
    case COLUMN_DATE:
        return value->number == VALUE_NONE ? pg_encode_null(target)
                                           : pg_encode_date(target, (int32_t)value->number);
    case COLUMN_MONTH:
        if (value->number == VALUE_NONE)
            return pg_encode_null(target);
        return pg_encode_date(target, month_first((Month){(int32_t)value->number}).day);
    case COLUMN_AMOUNT:
    case COLUMN_NUMBER:
        return value->number == VALUE_NONE ? pg_encode_null(target) : pg_encode_int8(target, value->number);
    case COLUMN_INTEGER:
        return value->number == VALUE_NONE ? pg_encode_null(target)
                                           : pg_encode_int4(target, (int32_t)value->number);
    case COLUMN_JN:
        return value->number == VALUE_NONE ? pg_encode_null(target)
                                           : pg_encode_byte(target, value->number != 0);
    }
    return target;
}

void pg_fact_hash(Sha256 *sha, const char *fields, size_t size_bytes, char hash[FACT_HASH_SIZE]) {
    uint8_t digest[SHA256_SIZE];
    assert(size_bytes > PG_FIELD_SIZE(4));
    sha256_add(sha, fields + PG_FIELD_SIZE(4), size_bytes - PG_FIELD_SIZE(4));
    sha256_next(sha, digest);
    memcpy(hash, digest, FACT_HASH_SIZE);
}

char *pg_fact_encode(KindId kind, const FactOrigin *origin, const Value *values, Sha256 *sha, char *target) {
    char content[16];
    char hash[FACT_HASH_SIZE];
    const char *fields = target;
    pg_encode_64(pg_encode_64(content, origin->content.high), origin->content.low);
    target = pg_encode_int4(target, origin->delivery_id);
    target = pg_encode_int4(target, origin->file_id);
    target = pg_encode_int4(target, origin->line);
    target = pg_encode_int2(target, pg_fact_bucket(kind, values));
    target = pg_encode_byte(target, posttype_letters[origin->posttype]);
    target = pg_encode_bytes(target, content, sizeof content);
    target = pg_encode_bytes(target, origin->salt, sizeof origin->salt);
    for (int32_t i = COLUMN_INDEX_INDBERETTET; i < kind_table[kind].column_count; i++)
        target = encode_value(&kind_table[kind].columns[i], &values[i], target);
    pg_fact_hash(sha, fields, (size_t)(target - fields), hash);
    return pg_encode_bytes(target, hash, sizeof hash);
}

void pg_fact_decode(const Column *column, PgField field, Value *value) {
    *value = (Value){.number = VALUE_NONE, .text = {"", 0}};
    if (field.bytes == NULL)
        return;
    switch (column->type) {
    case COLUMN_CPR:
        value->number = 0;
        for (int32_t i = 0; i < field.size_bytes; i++)
            value->number = value->number * 10 + (field.bytes[i] - '0');
        value->text = (Text){field.bytes, (uint32_t)field.size_bytes};
        return;
    case COLUMN_TEXT:
    case COLUMN_ID:
    case COLUMN_TIME:
    case COLUMN_SE:
        value->text = (Text){field.bytes, (uint32_t)field.size_bytes};
        return;
    case COLUMN_CODE: {
        value->text = (Text){field.bytes, (uint32_t)field.size_bytes};
        const bool known = code_list_find(column->codes, value->text, &value->number);
        assert(known);
        (void)known;
        return;
    }
    case COLUMN_DATE:
        value->number = pg_field_date(field);
        return;
    case COLUMN_MONTH:
        value->number = month_of((Date){pg_field_date(field)}).index;
        return;
    case COLUMN_AMOUNT:
    case COLUMN_NUMBER:
        value->number = pg_field_int8(field);
        return;
    case COLUMN_INTEGER:
        value->number = pg_field_int4(field);
        return;
    case COLUMN_JN:
        value->number = field.bytes[0] != 0;
        return;
    }
}
