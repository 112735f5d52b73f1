# `make run` sets up what is missing and runs the sample month; `make test` runs every test; `make help` lists the rest.
# Needs GNU make and Debian 12; everything else is installed by config/local/install.sh when root.

VERSION := 0.1.0
SHELL := /bin/sh
.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules

# --- Modes: each has its own folder, so that switching never mixes objects ---------------------------------
MODE ?= release
BUILD_release := build
BUILD_sanitize := build/sanitize
BUILD_thread := build/thread
BUILD_coverage := build/coverage
BUILD_mutation := build/mutation
BUILD_fuzz := build/fuzz
BUILD_afl := build/afl
B := $(BUILD_$(MODE))
ifeq ($(B),)
$(error MODE is one of release, sanitize, thread, coverage, mutation, fuzz, afl)
endif
GEN := build/gen

CC := gcc
PACKAGES := libmicrohttpd libpq libcrypto jansson inih libxml-2.0 libxxhash
# -isystem: other people's headers are not held to our warnings.
PACKAGE_CFLAGS := $(patsubst -I%,-isystem %,$(shell pkg-config --cflags $(PACKAGES) 2>/dev/null))
PACKAGE_LIBS := $(shell pkg-config --libs $(PACKAGES) 2>/dev/null) -lcsv

WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wstrict-prototypes \
    -Wmissing-prototypes -Wswitch-enum -Wundef -Wvla -Wformat=2 -Wcast-qual -Wwrite-strings -Werror
# In tests Criterion's macros make the functions they declare, and a message may be cut.
WARNINGS_TESTS := $(WARNINGS) -Wno-missing-prototypes -Wno-format-truncation

HARDENING := -fPIE -fstack-protector-strong -fstack-clash-protection -fno-common
ifeq ($(shell uname -m),x86_64)
HARDENING += -fcf-protection
endif
HARDENING_LINK := -Wl,-z,relro,-z,now,-z,noexecstack -Wl,--as-needed

# Asserts stay on in every mode: nothing here defines NDEBUG.
MODE_CFLAGS_release := -O2 -D_FORTIFY_SOURCE=2
MODE_CFLAGS_sanitize := -O1 -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all
MODE_CFLAGS_thread := -O1 -fno-omit-frame-pointer -fsanitize=thread
MODE_CFLAGS_coverage := -O0 --coverage -fprofile-update=atomic
MODE_CFLAGS_mutation := -O1 -g0
# Built by another compiler, whose warnings are not ours.
MODE_CFLAGS_fuzz := -O1 -fno-omit-frame-pointer -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all -w
MODE_CFLAGS_afl := -O2 -w
MODE_LINK_sanitize := -fsanitize=address,undefined
MODE_LINK_thread := -fsanitize=thread
MODE_LINK_coverage := --coverage
MODE_LINK_fuzz := -fsanitize=fuzzer,address,undefined
MODE_LINK_afl := -fsanitize=fuzzer
ifeq ($(MODE),fuzz)
override CC := clang-14
WARNINGS :=
endif
ifeq ($(MODE),afl)
override CC := afl-clang-fast
WARNINGS :=
endif

CPPFLAGS := -D_POSIX_C_SOURCE=200809L -I. -I$(GEN) $(PACKAGE_CFLAGS)
CFLAGS_COMMON := -std=c17 -g $(MODE_CFLAGS_$(MODE)) $(HARDENING)
LINK_FLAGS := $(HARDENING_LINK) $(MODE_LINK_$(MODE))
LINK := $(CC) $(LINK_FLAGS)

# --- What is built ------------------------------------------------------------------------------------------
EMBEDDED := $(wildcard sql/*.sql sql/queries/*.sql sql/second/*.sql config/satser/*.csv config/koder/*.csv config/*.csv \
    config/ydelse.ini config/pain/*.xsd config/console/*.css)
ENGINE_SOURCES := $(wildcard engine/*.c)
IO_SOURCES := $(wildcard io/*/*.c)
TEST_SOURCES := $(shell find tests -name '*.c' -not -path 'tests/bench/*' -not -path 'tests/sanitize/*' \
    -not -path 'tests/mutation/*' -not -path 'tests/fuzz/driver/*' -not -path 'tests/hostile/generate.c' -not -path 'tests/prove/*' \
    -not -name failing_calls.c | LC_ALL=C sort)
ALL_SOURCES := $(wildcard engine/*.[ch] engine/*.def io/*/*.[ch] io/*/*.def) $(EMBEDDED)

ENGINE_OBJECTS := $(ENGINE_SOURCES:%.c=$(B)/obj/%.o)
IO_OBJECTS := $(IO_SOURCES:%.c=$(B)/obj/%.o)
GEN_OBJECTS := $(B)/obj/gen/embedded.o $(B)/obj/gen/embedded_table.o $(B)/obj/gen/version.o
TEST_OBJECTS := $(TEST_SOURCES:%.c=$(B)/obj/%.o)
LIBRARY_OBJECTS := $(filter-out $(B)/obj/io/command/main.o,$(IO_OBJECTS)) $(GEN_OBJECTS)

# A file that is rewritten only when its text changes: what depends on it is rebuilt when a list or a flag does.
# $(call remember,file,text)
remember = $(shell mkdir -p $(dir $(1)); printf '%s\n' '$(2)' | cmp -s - $(1) || printf '%s\n' '$(2)' > $(1))
ifneq ($(filter-out help clean distclean packages psql stop,$(or $(MAKECMDGOALS),all)),)
$(call remember,$(GEN)/embedded.list,$(EMBEDDED))
$(call remember,$(B)/flags,$(CC) $(CPPFLAGS) $(CFLAGS_COMMON) $(WARNINGS) $(LINK) $(PACKAGE_LIBS))
$(call remember,$(B)/engine.list,$(ENGINE_OBJECTS))
$(call remember,$(B)/io.list,$(IO_OBJECTS))
$(call remember,$(B)/tests.list,$(TEST_OBJECTS))
endif

.PHONY: all tests
## all            build the program, build/ydelse (this is what plain `make` does)
all: $(B)/ydelse

tests: $(B)/tests $(B)/ydelse $(B)/ydelse-failing build/generate build/bench/measure build/hostile-generate

$(GEN)/embedded.s: $(EMBEDDED) $(GEN)/embedded.list config/build/embed.sh
	@mkdir -p $(GEN)
	@config/build/embed.sh files $(GEN)/embedded.s $(GEN)/embedded_table.c $(EMBEDDED)

$(GEN)/embedded_table.c: $(GEN)/embedded.s
	@touch $@

$(GEN)/version.c: $(ALL_SOURCES) $(GEN)/embedded.list config/build/embed.sh Makefile
	@mkdir -p $(GEN)
	@config/build/embed.sh version $@ $(VERSION) $(ALL_SOURCES)

$(B)/obj/gen/embedded.o: $(GEN)/embedded.s $(B)/flags
	@mkdir -p $(@D)
	@$(CC) -c $< -o $@

$(B)/obj/gen/%.o: $(GEN)/%.c $(B)/flags
	@mkdir -p $(@D)
	@$(CC) $(CPPFLAGS) $(CFLAGS_COMMON) $(WARNINGS) -MMD -MP -c $< -o $@

$(B)/obj/tests/%.o: tests/%.c $(B)/flags
	@mkdir -p $(@D)
	@echo "CC $<"
	@$(CC) $(CPPFLAGS) $(CFLAGS_COMMON) $(WARNINGS_TESTS) -MMD -MP -c $< -o $@

$(B)/obj/%.o: %.c $(B)/flags
	@mkdir -p $(@D)
	@echo "CC $<"
	@$(CC) $(CPPFLAGS) $(CFLAGS_COMMON) $(WARNINGS) -MMD -MP -c $< -o $@

# An archive of its own, so that `make purity` can ask what the engine needs. Made anew each time: the object
# of a deleted source must not stay in it.
$(B)/libengine.a: $(ENGINE_OBJECTS) $(B)/engine.list
	@rm -f $@
	@ar rcsD $@ $(ENGINE_OBJECTS)

$(B)/ydelse: $(IO_OBJECTS) $(GEN_OBJECTS) $(B)/io.list $(B)/libengine.a
	@echo "LINK $@"
	@$(LINK) -pie -o $@ $(IO_OBJECTS) $(GEN_OBJECTS) $(B)/libengine.a $(PACKAGE_LIBS)

# Not a position-independent executable: Criterion 2.4.1 passes pointers between processes.
$(B)/tests: $(TEST_OBJECTS) $(LIBRARY_OBJECTS) $(B)/tests.list $(B)/io.list $(B)/libengine.a
	@echo "LINK $@"
	@$(LINK) -no-pie -o $@ $(TEST_OBJECTS) $(LIBRARY_OBJECTS) $(B)/libengine.a $(PACKAGE_LIBS) -lcriterion -lgmp

# The program once more, with calls that fail on demand in place of the real ones.
FAILING_CALLS := malloc calloc realloc strdup open_memstream fopen opendir fread fgets fgetc getline getdelim read pread \
    fwrite fputs fputc putc putchar puts printf fprintf vfprintf __printf_chk __fprintf_chk __vfprintf_chk fflush fclose fdopen \
    write pwrite mkostemp fsync rename linkat PQconnectdbParams PQexec PQexecParams PQsendQuery PQputCopyData PQputCopyEnd \
    PQgetCopyData PQgetResult

$(B)/ydelse-failing: $(B)/obj/tests/faults/failing_calls.o $(IO_OBJECTS) $(GEN_OBJECTS) $(B)/io.list $(B)/libengine.a
	@echo "LINK $@"
	@$(LINK) -pie $(FAILING_CALLS:%=-Wl,--wrap=%) -o $@ $(filter %.o %.a,$^) $(PACKAGE_LIBS)

-include $(shell test -d $(B)/obj && find $(B)/obj -name '*.d')

# A build inside a target uses every core, unless make was told how many.
SUBMAKE = $(MAKE) --no-print-directory $(if $(filter -j% --jobserver%,$(MAKEFLAGS)),,-j$(shell nproc))

# --- Everyday targets -----------------------------------------------------------------------------------------
# What is documented by ## makes no file of its own name.
.PHONY: $(shell sed -n 's/^\#\# \([a-z-]*\) .*/\1/p' $(MAKEFILE_LIST)) packages

## run            set up what is missing and run the sample month: load, run, pay, approve, emit, book, control
run: packages
	@$(SUBMAKE) all
	@config/local/demo.sh

## test           set up what is missing and run every test (T=PATTERN: only those, e.g. T='money/*')
test: packages
	@$(SUBMAKE) tests purity
	@$(if $(T),,$(SUBMAKE) instructions)
	@tests/support/with_postgres.sh $(B)/ydelse $(B)/tests $(if $(T),--filter '$(T)')

## instructions   hold the instructions of the engine and of the CSV reader against their budgets (part of make test)
.PHONY: instructions instructions-input
INSTRUCTIONS_INPUT := build/samples/instructions
instructions-input: build/generate
	@mkdir -p build/samples
	@build/generate --people 2000 --month 2024-03 --output $(INSTRUCTIONS_INPUT) >/dev/null

instructions: $(B)/ydelse build/bench/engine instructions-input
	@tests/bench/instructions.sh $(B)/ydelse build/bench/engine $(INSTRUCTIONS_INPUT)

## histories      random correction histories against the naive model (HISTORIES=10000 SEED=1; LIFE=N: that one only)
HISTORIES ?= 10000
SEED ?= 1
histories: packages
	@$(SUBMAKE) tests
	@YDELSE_HISTORIES=$(HISTORIES) YDELSE_SEED=$(SEED) YDELSE_LIFE=$(LIFE) \
	    tests/support/with_postgres.sh $(B)/ydelse $(B)/tests --filter 'histories/*'

## faults         disturb every command at every named point: killed, cut off, server stopped, disk full; then again (FAULTS_OF=run)
FAULTS_PARTS ?= 2
faults: packages
	@$(SUBMAKE) tests
	@tests/faults/faults.sh points $(B)/ydelse $(B)/tests $(FAULTS_PARTS) '$(FAULTS_OF)'

## faults-calls   every call that can fail, failing (CALLS=7: every seventh; CALLS_OF=run; CALLS_MODE=sanitize: under AddressSanitizer)
CALLS ?= 1
CALLS_MODE ?= release
faults-calls: packages
	@$(SUBMAKE) tests
	@$(SUBMAKE) MODE=$(CALLS_MODE) $(BUILD_$(CALLS_MODE))/ydelse $(BUILD_$(CALLS_MODE))/ydelse-failing
	@tests/faults/faults.sh calls $(BUILD_$(CALLS_MODE))/ydelse build/tests $(FAULTS_PARTS) '$(CALLS_OF)' $(CALLS)

## drill          lose the database, restore it from a new and from an old backup into another cluster, pay nothing twice
drill: packages
	@$(SUBMAKE) all
	@tests/support/with_postgres.sh build/ydelse sh -c \
	    'DRILL_FROM=$$PGHOST tests/support/with_postgres.sh build/ydelse tests/drill/drill.sh'

## systemd        boot a systemd in namespaces: the timer, the service, its journal and its failures (root)
systemd: packages
	@config/local/install.sh systemd
	@$(SUBMAKE) all
	@tests/support/with_postgres.sh build/ydelse tests/systemd/night.sh

## workers        shards x workers x order of the input: one digest; killed, stopped and late workers
workers: packages
	@$(SUBMAKE) tests
	@YDELSE_WORKERS=1 tests/support/with_postgres.sh $(B)/ydelse $(B)/tests --filter 'workers/*'

## slurm-demo     a month over four Slurm nodes on this machine, one of them lost on the way (SLURM_N=3000 people)
SLURM_N ?= 3000
slurm-demo: packages
	@config/local/install.sh slurm
	@$(SUBMAKE) all build/generate
	@tests/support/with_postgres.sh build/ydelse config/slurm/demo.sh $(SLURM_N)

## kubernetes-check  hold the manifests of config/kubernetes against what batch/v1 and the program know
kubernetes-check: packages
	@config/local/install.sh kubernetes
	@$(SUBMAKE) all
	@config/kubernetes/check.py build/ydelse config/kubernetes/*.yaml

## lives          months of a municipality, with payments, kills and double starts, against the models (COUNT=2000 SEED=1)
COUNT ?= 2000
lives: packages
	@$(SUBMAKE) tests
	@YDELSE_LIVES=$(COUNT) YDELSE_SEED=$(SEED) \
	    tests/support/with_postgres.sh $(B)/ydelse $(B)/tests --filter 'lives/*'

## golden-update  rewrite the expectations of tests/golden from what comes out now; read the difference before committing
golden-update: packages
	@$(SUBMAKE) tests
	@YDELSE_GOLDEN_UPDATE=1 $(B)/tests --filter 'golden/*' || true
	@git status --short tests/golden 2>/dev/null || true

## psql           run SQL on the private cluster (SQL='SELECT ...'; without it: an interactive psql)
export SQL
psql:
	@config/local/cluster.sh psql

## stop           stop the private cluster
stop:
	@config/local/cluster.sh stop

## packages       install the Debian packages that are missing (as root), or say which they are
packages:
	@config/local/install.sh build test

## sanitize       every test under AddressSanitizer, UndefinedBehaviorSanitizer and the leak check
sanitize: packages
	@$(SUBMAKE) MODE=sanitize tests build/sanitize/faults
	@tests/support/sanitized.sh --prove-it 'leak heap integer' build/sanitize/faults build/sanitize/tests
	@YDELSE_HISTORIES=80 tests/support/sanitized.sh tests/support/with_postgres.sh build/sanitize/ydelse build/sanitize/tests \
	    $(if $(T),--filter '$(T)')

## sanitize-threads  what has threads (serve, check, calc) under ThreadSanitizer, by the tests of them
sanitize-threads: packages
	@$(SUBMAKE) tests
	@$(SUBMAKE) MODE=thread build/thread/ydelse build/thread/faults
	@tests/support/sanitized.sh --prove-it race build/thread/faults
	@tests/support/sanitized.sh tests/support/with_postgres.sh build/thread/ydelse build/tests \
	    --filter '$(or $(T),@(serve*|cli_calc|cli_check|hostile)/*)'

build/%/faults: tests/sanitize/faults.c $(B)/flags
	@mkdir -p $(@D)
	@$(CC) $(CPPFLAGS) $(CFLAGS_COMMON) $(WARNINGS) -o $@ $< $(LINK_FLAGS)

## valgrind       memcheck over a month of the sample from files to proofs, and over unit tests (SUITES='csv*/*'; none: commands only)
SUITES ?= @(answer|arena|beside|betalere|command|csv|decode|delivery|embedded|engine|explanation|finding_log|fuzz|intake*|kind|load_known|login_limit|mask|output_file|pain001|payment_name|rate_*|result_digest|salt|session|settings|sha256|table*|trace*)/*
valgrind: packages
	@$(SUBMAKE) tests
	@nice tests/support/with_postgres.sh build/ydelse tests/support/valgrind.sh build/ydelse build/tests '$(SUITES)'

## coverage       every test with coverage; the table, and build/coverage/html/index.html
coverage: packages
	@config/local/install.sh coverage
	@$(SUBMAKE) MODE=coverage tests
	@find build/coverage -name '*.gcda' -delete
	@YDELSE_HISTORIES=80 tests/support/with_postgres.sh build/coverage/ydelse build/coverage/tests
	@mkdir -p build/coverage/html
	@gcovr --root . --object-directory build/coverage --filter engine/ --filter io/ --exclude-unreachable-branches \
	    --print-summary --html-details build/coverage/html/index.html --txt build/coverage/coverage.txt
	@cat build/coverage/coverage.txt
	@tests/support/coverage_check.sh build/coverage

## fuzz           fuzz the readers and the engine (ENTRY=all TIME=60 seconds each, ENGINE=libfuzzer or afl)
ENTRY ?= all
TIME ?= 60
ENGINE ?= libfuzzer
FUZZ_MODE := $(if $(filter afl,$(ENGINE)),afl,fuzz)
FUZZ_OBJECTS := $(patsubst %.c,$(B)/obj/%.o,$(filter-out tests/fuzz/test_%,$(wildcard tests/fuzz/*.c tests/fuzz/driver/*.c)) \
    tests/property/person.c tests/property/exact.c tests/property/exact_days.c tests/property/exact_income.c \
    tests/property/ratio.c)
fuzz: packages
	@config/local/install.sh fuzz
	@$(SUBMAKE) MODE=$(FUZZ_MODE) build/$(FUZZ_MODE)/ydelse-fuzz
	@tests/fuzz/fuzz.sh $(ENGINE) build/$(FUZZ_MODE)/ydelse-fuzz $(ENTRY) $(TIME)

$(B)/ydelse-fuzz: $(FUZZ_OBJECTS) $(LIBRARY_OBJECTS) $(B)/io.list $(B)/libengine.a
	@echo "LINK $@"
	@$(LINK) -o $@ $(FUZZ_OBJECTS) $(LIBRARY_OBJECTS) $(B)/libengine.a $(PACKAGE_LIBS) -lgmp

## hostile        hostile files through pipes: what they cost and are told (HOSTILE_BYTES=2000000000, ROWS=1000000, COLUMNS=10000000)
HOSTILE_BYTES ?= 2000000000
ROWS ?= 1000000
COLUMNS ?= 10000000
hostile: packages
	@$(SUBMAKE) all build/bench/measure build/hostile-generate
	@nice tests/hostile/hostile.sh build/ydelse build/bench/measure build/hostile-generate $(HOSTILE_BYTES) $(ROWS) $(COLUMNS)

build/hostile-generate: tests/hostile/generate.c $(B)/flags
	@mkdir -p $(@D)
	@$(CC) $(CPPFLAGS) $(CFLAGS_COMMON) $(WARNINGS) -o $@ $<

## model          the protocol of runs and workers in Promela, searched by spin; planted mistakes must be found (MODEL_WORKERS=2)
MODEL_WORKERS ?= 2
model:
	@config/local/install.sh build model
	@nice tests/model/model.sh $(MODEL_WORKERS)

## prove          Frama-C: no undefined behaviour in money, dates and CPR numbers for any input within the limits
prove:
	@config/local/install.sh build prove
	@nice tests/prove/prove.sh

## mutation       small mistakes in engine/, one at a time: which does no test notice? (MUTANTS=200: a sample of 200)
MUTANTS ?= 0
SECONDS_MAX ?= 0
export MUTANTS SECONDS_MAX
mutation: packages
	@$(SUBMAKE) MODE=mutation tests
	@nice tests/mutation/mutate.sh build/mutation "$(CC) -std=c17 $(MODE_CFLAGS_mutation) -w $(CPPFLAGS)" \
	    "$(PACKAGE_LIBS) -lcriterion -lgmp"

## mutation-gate  what the change must not make worse: a fixed sample of mistakes, and the list of explained ones
mutation-gate:
	@$(MAKE) --no-print-directory mutation MUTANTS=$(or $(filter-out 0,$(MUTANTS)),60)

## purity         prove that the engine uses nothing but arithmetic and memory
purity: $(B)/libengine.a
	@config/build/purity.sh $(B)/libengine.a tests/purity/allowed.txt

## lint           formatting, clang-tidy, cppcheck, file lengths, shell scripts
lint:
	@config/local/install.sh build lint
	@config/build/lint.sh $(CPPFLAGS) -std=c17

## format         format the sources as .clang-format says
format:
	@config/local/install.sh lint
	@clang-format -i $$(find engine io tests samples -name '*.[ch]')

## samples        generate a delivery in build/samples/N (N=100000 MONTH=2024-03)
N ?= 100000
MONTH ?= 2024-03
samples: build/generate
	@mkdir -p build/samples
	@build/generate --people $(N) --month $(MONTH) --output build/samples/$(N)
	@du -sh build/samples/$(N)

build/generate: $(wildcard samples/generator/*.[ch] samples/generator/*.def)
	@mkdir -p $(@D)
	@$(CC) -D_POSIX_C_SOURCE=200809L -I. -std=c17 -O2 -g $(HARDENING) $(WARNINGS) -o $@ $(filter %.c,$^)

## bench          figures beside psql, SQL and DuckDB, one a line, and build/bench.json (BENCH_N=1000000 BENCH_REPEATS=5 BENCH_PARTS=files)
BENCH_N ?= 100000
BENCH_PARTS ?=
DUCKDB := @duckdb/node-api@1.5.6-r.1
export BENCH_REPEATS BENCH_SLOW_REPEATS BENCH_HISTORY_PEOPLE BENCH_HISTORY_MONTHS
bench: packages build/bench/duckdb/node_modules
	@$(SUBMAKE) all build/bench/engine build/bench/measure instructions-input samples N=$(BENCH_N) >&2
	@tests/support/with_postgres.sh build/ydelse tests/bench/bench.sh $(BENCH_N) $(BENCH_PARTS)

# DuckDB, which Debian does not have, as a user of it would get it.
build/bench/duckdb/node_modules:
	@config/local/install.sh bench
	@mkdir -p $(@D)
	@npm install --silent --no-audit --no-fund --prefix $(@D) $(DUCKDB) >&2

build/bench/measure: tests/bench/measure.c $(B)/flags
	@mkdir -p $(@D)
	@$(CC) $(CPPFLAGS) $(CFLAGS_COMMON) $(WARNINGS) -o $@ $<

build/bench/engine: $(B)/obj/tests/bench/engine.o $(B)/obj/tests/property/person.o $(LIBRARY_OBJECTS) $(B)/libengine.a
	@mkdir -p $(@D)
	@$(LINK) -no-pie -o $@ $^ $(PACKAGE_LIBS)

## browser        click through the console in Chromium, with pictures in build/screenshots (needs Node.js and npm)
browser: packages
	@config/local/install.sh browser
	@$(SUBMAKE) all
	@mkdir -p build/browser && cp tests/browser/package.json build/browser/
	@npm install --prefix build/browser --no-audit --no-fund --silent
	@rm -rf build/screenshots
	@tests/support/with_postgres.sh build/ydelse tests/browser/stage.sh node tests/browser/console.cjs build/browser/node_modules \
	    build/screenshots

## console        the console on a throwaway database with the sample months, to look at (Ctrl-C ends it)
console: packages
	@$(SUBMAKE) all
	@tests/support/with_postgres.sh build/ydelse tests/browser/stage.sh

## install        install the program, manual pages, completion, units and examples (DESTDIR=, PREFIX=/usr/local)
## uninstall      remove them again
PREFIX ?= /usr/local
.PHONY: uninstall
install: all
	@config/build/place.sh install "$(DESTDIR)" "$(PREFIX)"

uninstall:
	@config/build/place.sh uninstall "$(DESTDIR)" "$(PREFIX)"

## clean          remove what was built
clean:
	rm -rf build

## distclean      stop the private cluster, remove it and what was built
distclean: clean
	config/local/cluster.sh remove
	rm -rf .local

## help           this list
help:
	@sed -n 's/^## //p' Makefile | LC_ALL=C sort
