/* The protocol of runs and workers, as sql/0003, 0004 and 0020 have it: shards claimed under a lease with a fencing token,
 * reported in one transaction, sealed in one, given up by the next run.
 *
 * A transaction is modelled by the moments at which it can be seen from outside: each lock it takes on the row of the run, and
 * its commit. An atomic block is one statement. A worker may stop anywhere, for ever (killed) or for as long as it takes (its
 * lease runs out, others go on, then it comes back). A sealer and whoever gives a run up may be killed as well: then their
 * transaction is rolled back and their locks are gone.
 *
 * What stands for what:
 *   model                        program
 *   run_state, shard_state       ydelse.run.state (planned counts as computing: nobody can claim yet), ydelse.run_shard.state
 *   token, own_token             run_shard.fencing_token; ShardClaim.token (io/run/run_shard.c)
 *   lease_over, clock            run_shard.lease_until < clock_timestamp(). shard_renew only keeps a lease from running out, and
 *                                the clock may always be late: nothing more can happen with it than without
 *   results                      ydelse.run_attempt with its table result_RUN_attempt_SHARD_TOKEN, and run_bucket
 *   readers, writer              row locks of ydelse.run: FOR SHARE in shard_done; FOR NO KEY UPDATE in run_seal, the UPDATE of
 *                                run_clean_up and run_abandon
 *   worker                       run_work (io/run/run_work.c): shard_claim and shard_release on a connection of its own, committed
 *                                at once; attempt_create to shard_done in one transaction. Its reading and computing changes
 *                                nothing that others see. `run --jobs N` starts N of them (run_workers.c), `ydelse work` is one
 *   killed                       SIGKILL, a lost connection, an error: rolled back; give_up, the parent of a dead worker or nobody
 *                                releases what it held
 *   sealer                       `ydelse seal`, or the run itself (run_seal.c): sql run_seal, which counts the shards that are done
 *                                in run_attach_results (YD062: not all)
 *   next_run                     `ydelse seal --abandon`, or the next `ydelse run` (run_clean_up, attempts_drop), and its run_open:
 *                                one run is open at a time by the unique index run_one_at_a_time
 *   refused                      YD060 (taken over), YD061 (over); shard_is_lost drops the attempt and claims the next
 * Left out, so that the model allows more than the program does: the lock PG_LOCK_RUN, that a run of several places is given up by
 * a person alone (YD063), CHECK (bucket ...) of the tables, the counts that run_attach_results compares. A dry run and one worker
 * in the transaction of its run have nobody beside them.
 *
 * Mistakes are planted by -DMISTAKE_...; each must be found (model.sh). -DREACH_... asserts that something never happens which
 * must be possible: that it is found shows that the model is not empty. */

#define RUNS 2
#ifndef SHARDS
#define SHARDS 2
#endif
#ifndef WORKERS
#define WORKERS 3
#endif
#define ATTEMPTS_MAX 2
/* Of the second run one is enough: it is there for the late workers of the first. */
#define SHARDS_OF(r) ((r) == 0 -> SHARDS : 1)
#define PLACE(r, s) ((r) * SHARDS + (s))

mtype = { none, computing, sealed, failed };      /* of a run */
mtype = { open, claimed, done };                  /* of a shard */

mtype run_state[RUNS] = none;
byte readers[RUNS];                               /* FOR SHARE on the run's row */
bool writer[RUNS];                                /* FOR NO KEY UPDATE, or an update, of it */
byte seals[RUNS];

mtype shard_state[RUNS * SHARDS] = open;
byte token[RUNS * SHARDS];                        /* grows with every claim */
bool lease_over[RUNS * SHARDS];
byte results[RUNS * SHARDS];                      /* tables that are registered */
byte holder[RUNS * SHARDS];                       /* who claimed it last: not in the database, for the properties alone */

byte k;                                           /* counts within one atomic block */

/* One run is open at a time: the index run_one_at_a_time. */
inline open_run(r) {
    atomic {
        assert(r == 0 || (run_state[r - 1] != computing));
        run_state[r] = computing;
    }
}

inline require_sound(r) {
    k = 0;
    do
    :: k < SHARDS_OF(r) ->
        assert(results[PLACE(r, k)] <= 1);                                /* a shard counts once */
        assert(run_state[r] != sealed || results[PLACE(r, k)] == 1);      /* a sealed run lost none */
        assert(run_state[r] != sealed || shard_state[PLACE(r, k)] == done);
        assert(run_state[r] != failed || results[PLACE(r, k)] == 0);      /* a run given up leaves nothing */
        k++
    :: else -> break
    od;
    k = 0;
    assert(seals[r] <= 1)                                                 /* no two sealers */
}

proctype worker() {
    byte r, s, own_token;
again:
    /* shard_claim: one statement, committed at once. Whether the run is open it reads as it was when it began; of the shard it
     * locks the row as it is. So a shard of a run that is over may be claimed, and comes to nothing. */
    atomic {
        if
        :: run_state[0] == computing -> r = 0
        :: run_state[1] == computing -> r = 1
        :: run_state[0] != computing && run_state[1] != computing -> goto nothing
        fi
    }
    atomic {
        s = 0;
        do
        :: s < SHARDS_OF(r) ->
            if
            :: token[PLACE(r, s)] < ATTEMPTS_MAX &&
               (shard_state[PLACE(r, s)] == open ||
                (shard_state[PLACE(r, s)] == claimed && lease_over[PLACE(r, s)])) -> break
            :: else -> s++
            fi
        :: else -> goto nothing
        od;
#ifdef MISTAKE_CLAIM_UNLOCKED
        own_token = token[PLACE(r, s)]
    }
    atomic {
        token[PLACE(r, s)] = own_token;           /* as it was read */
#endif
#ifdef REACH_LATE_CLAIM
        assert(run_state[r] == computing);
#endif
        shard_state[PLACE(r, s)] = claimed;
        lease_over[PLACE(r, s)] = false;
#ifndef MISTAKE_TOKEN_STAYS
        token[PLACE(r, s)]++;
#else
        token[PLACE(r, s)] = 1;
#endif
        own_token = token[PLACE(r, s)];
        holder[PLACE(r, s)] = _pid;
#ifdef REACH_TAKEOVER
        assert(own_token < 2);
#endif
    }
    if
    :: skip                                       /* computes */
    :: goto killed
    fi;
    /* shard_done: the run must be open, and stays so until this commits. */
    atomic {
#ifndef MISTAKE_KEY_SHARE
        !writer[r];
        readers[r]++;
#endif
        if
#ifndef MISTAKE_RUN_UNCHECKED
        :: run_state[r] != computing ->
#ifndef MISTAKE_KEY_SHARE
            readers[r]--;
#endif
#ifdef REACH_LATE_REFUSED
            assert(false);
#endif
            goto again
#endif
        :: else -> skip
        fi
    }
    if
    :: skip
    :: atomic {                                   /* killed within the transaction */
#ifndef MISTAKE_KEY_SHARE
            readers[r]--;
#endif
            goto killed }
    fi;
    /* The update of the shard and the commit: whoever claims meanwhile skips the locked row. */
    atomic {
        if
#ifndef MISTAKE_TOKEN_UNCHECKED
        :: shard_state[PLACE(r, s)] == claimed && token[PLACE(r, s)] == own_token ->
#else
        :: shard_state[PLACE(r, s)] != open ->
#endif
            assert(run_state[r] == computing);                /* nothing is written into a run that is over */
            assert(holder[PLACE(r, s)] == _pid);              /* nor by one whose shard was taken over */
            shard_state[PLACE(r, s)] = done;
            results[PLACE(r, s)]++;
            require_sound(r)
        :: else ->
#ifdef REACH_TOKEN_REFUSED
            assert(false);
#endif
            skip
        fi;
#ifndef MISTAKE_KEY_SHARE
        readers[r]--;
#endif
        s = 0; own_token = 0
    }
    goto again;
nothing:
    /* There is nothing to claim at present: asks again, or leaves. */
    atomic {
        s = 0; r = 0; own_token = 0;
        if
        :: goto again
        :: goto end
        fi
    };
killed:
    /* Its claim stands. Whoever started it may release the shard (shard_release), or the lease runs out. */
    atomic {
        if
        :: run_state[r] == computing && shard_state[PLACE(r, s)] == claimed && token[PLACE(r, s)] == own_token ->
            shard_state[PLACE(r, s)] = open
        :: true -> skip
        fi
    };
end:
    atomic { r = 0; s = 0; own_token = 0 }
}

/* Time: a lease of the first run may run out at any moment, whether its worker lives or not. */
#define RUNS_OUT(p) atomic { shard_state[p] == claimed && !lease_over[p] -> lease_over[p] = true }
active proctype clock() {
end:
    do
    :: RUNS_OUT(0)
    :: RUNS_OUT(1)
    od
}

/* run_seal: locks the run's row, looks whether every shard is done, attaches the results, commits. */
proctype sealer(byte r) {
    byte i;
    bool all_done;
again:
    atomic {
#ifndef MISTAKE_SEAL_UNLOCKED
        !writer[r] && readers[r] == 0;
        writer[r] = true;
#endif
        if
        :: run_state[r] != computing ->
#ifndef MISTAKE_SEAL_UNLOCKED
            writer[r] = false;
#endif
#ifdef REACH_SECOND_SEALER
            assert(run_state[r] != sealed);
#endif
            goto end
        :: else -> i = 0
        fi
    }
    /* One statement counts the shards that are done. */
    atomic {
        all_done = true;
        i = 0;
        do
        :: i < SHARDS_OF(r) -> all_done = all_done && shard_state[PLACE(r, i)] == done; i++
        :: else -> break
        od;
        i = 0
    }
    if
#ifndef MISTAKE_SEAL_PARTLY
    :: !all_done ->
        atomic {
#ifndef MISTAKE_SEAL_UNLOCKED
            writer[r] = false;
#endif
            if
            :: goto again                         /* waits for the workers */
            :: goto end                           /* or is tired of it */
            fi
        }
    :: all_done
#else
    :: true
#endif
    :: atomic {                                   /* killed: rolled back */
#ifndef MISTAKE_SEAL_UNLOCKED
            writer[r] = false;
#endif
            all_done = false;
            goto end }
    fi;
    atomic {
        run_state[r] = sealed;
        seals[r]++;
#ifndef MISTAKE_SEAL_UNLOCKED
        writer[r] = false;
#endif
#ifdef REACH_SEAL
        assert(false);
#endif
        require_sound(r)
    }
end:
    skip
}

/* The next run (run_clean_up), or somebody who gives the run up (run_abandon): marks it failed and drops what it left, in one
 * transaction; then the next run is opened and worked at by whoever is there, late workers of this one included. */
active proctype next_run() {
    byte i;
    open_run(0);
    run worker();
    run worker();
    if
    :: WORKERS > 2 -> run worker()
    :: else
    fi;
    run sealer(0);
    run sealer(0);
    /* At any moment: the update waits for those who hold the row. */
#ifdef MISTAKE_DROP_FIRST
    i = 0;
    do
    :: i < SHARDS -> results[PLACE(0, i)] = 0; i++
    :: else -> break
    od;
#endif
    atomic {
        (!writer[0] && readers[0] == 0) || run_state[0] == sealed;
        if
        :: run_state[0] == computing ->
            writer[0] = true
        :: else -> goto opened
        fi
    }
    atomic {
        run_state[0] = failed;
#ifndef MISTAKE_DROP_FIRST
        i = 0;
        do
        :: i < SHARDS -> results[PLACE(0, i)] = 0; i++
        :: else -> break
        od;
#endif
        writer[0] = false;
#ifdef REACH_GIVEN_UP
        assert(shard_state[0] != done);
#endif
        require_sound(0)
    }
opened:
    open_run(1);
    run sealer(1)
}
