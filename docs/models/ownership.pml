/* Which of several nodes owns a site, and who may act for it: the rules in README.md, for Spin.
   Each option of a process is one atomic step, so the state is in the variables alone. A killed node
   loses its memory, a stopped one keeps it. Each step prints a line when a trail is replayed. */

#ifndef NODES
#define NODES 2
#endif
#ifndef TROUBLES                 /* how many things go wrong in one run */
#define TROUBLES 2
#endif

#define IDS (NODES + 1)          /* one more: the row that a killed owner leaves behind */
#define NOBODY 255

/* ---- The database -------------------------------------------------------------------------- */

#define ABSENT 0
#define ALIVE 1
#define EXPIRED 2
#define DEAD 3
byte row[IDS];                   /* the node rows */
byte owner = NOBODY;             /* the owner row: the id of a node */
byte lease = 0;                  /* the newest lease; in the owner row and in the stream row */
byte version = 0;                /* the stream of the one card machine: 1 started, 2 ended */
byte rowLease[2];                /* the lease under which each row was written */
byte ended = 0;                  /* the outcome in the second row */

#define APPROVED 1
#define TIMED_OUT 2

/* ---- The nodes ----------------------------------------------------------------------------- */

#define UP 0
#define STOPPED 1
#define DOWN 2
byte state[NODES];
byte id[NODES];                  /* the node row of the process that runs, or ran last */
bit stands[NODES];               /* the node's own deadline has not passed */
bit cut[NODES];                  /* the database is out of reach */

#define FRESH 1                  /* the row is renewed, the answer is under way */
#define STALE 2                  /* and the deadline that it will set has passed already */
byte renewal[NODES];

#define CLAIMED 1                /* the owner row is written, the answer is under way */
#define OPEN 2                   /* the stream is read, the site is served */
byte site[NODES];                /* what a node holds of the site; with it go the following */
byte held[NODES];                /* the lease that the node was given */
byte known[NODES];               /* how many rows of the stream it knows */

#define SENT 1
#define KEPT 2
#define REFUSED 3
#define UNKNOWN 4                /* the connection was cut before the answer */
byte append[NODES];              /* the append of row `known + 1` */
byte outcome[NODES];             /* what that row says, if it is the second */

#define TO_HAND_OVER 1           /* this node wrote `started` and has not acted upon it yet */
#define CHECKED 2                /* GUARD_GAP only: the deadline was looked at, the deed is next */
byte order[NODES];

/* An append of a node that is gone, or has let go of the site: the database may still get it. */
byte lateLease = 0;
byte lateVersion = 0;
byte lateOutcome = 0;

/* ---- The card machine and the till ---------------------------------------------------------- */

bit ordered = 0;                 /* the card machine has been given the order */
byte told = 0;                   /* the outcome that the till was told */
byte via = NOBODY;               /* the node that the till's socket is at */
byte to = NOBODY;                /* the node that it is piped to: `via` itself if that is the owner */
byte pipeLease = 0;

byte lastDeed = 0;               /* the newest lease under which anything was done */
byte troubles = TROUBLES;
byte i, other;                   /* of single steps: always 0 between two steps */

#define AT(n) (to == n && site[n] == OPEN && pipeLease == held[n])
#define REACHES(n) (state[n] == UP && !cut[n])
#define OWNS(n) (REACHES(n) && stands[n] && site[n] == OPEN && owner == id[n] && held[n] == lease)
#define SERVES(n) (owner == id[n] && state[n] == UP && site[n] == OPEN && held[n] == lease)
#define IDLE(n) (state[n] == UP && site[n] == OPEN && append[n] == 0)
#if NODES == 2
#define SOME(P) (P(0) || P(1))
#else
#define SOME(P) (P(0) || P(1) || P(2))
#endif

#ifdef NO_GUARD
#define GUARD(n) true
#else
#define GUARD(n) stands[n]
#endif

#ifdef NO_FENCE
#define FENCE(l) true
#else
#define FENCE(l) (l == lease)
#endif

#ifdef LATE_DEADLINE             /* the own deadline is counted from the answer to the renewal */
#define RENEWAL_HOLDS(n) false
#define SETS_DEADLINE(n) true
#else
#define RENEWAL_HOLDS(n) (renewal[n] == FRESH)
#define SETS_DEADLINE(n) (renewal[n] == FRESH)
#endif

#ifdef REVIVED                   /* a node that was declared dead goes on under its id */
#define MAY_RENEW(n) (row[id[n]] != ABSENT)
#else
#define MAY_RENEW(n) (row[id[n]] == ALIVE || row[id[n]] == EXPIRED)
#endif

/* A deed takes effect at this moment. */
inline deed(n) {
  assert(held[n] >= lastDeed);   /* none under an older lease after one under a newer */
#ifdef NEWEST
  assert(held[n] == lease);      /* stronger: none after a newer lease was given */
#endif
  lastDeed = held[n]
}

inline hangUp() { via = NOBODY; to = NOBODY; pipeLease = 0 }

/* The node forgets the site. An append that the database has not had may reach it later. */
inline letGo(n) {
  if
  :: append[n] == SENT && lateLease == 0 ->
    lateLease = held[n]; lateVersion = known[n] + 1; lateOutcome = outcome[n]
  :: else
  fi;
  if
  :: to == n && pipeLease == held[n] -> hangUp()
  :: else
  fi;
  site[n] = 0; held[n] = 0; known[n] = 0; append[n] = 0; outcome[n] = 0; order[n] = 0
}

/* A process starts on a node, under an id that no row has. In the model an id that nothing refers
   to any more is as good as a new one. */
inline start(n) {
  i = 0;
  do
  :: i < IDS && row[i] != ABSENT -> i++
  :: else -> break
  od;
  assert(i < IDS);
  id[n] = i; row[i] = ALIVE; i = 0;
  stands[n] = 1; renewal[n] = 0; cut[n] = 0; state[n] = UP
}

/* The database carries out an append; `kept` says how it ended. A row that is there already as it
   was to be written is one whose answer was lost: reading back finds it. */
inline carryOut(l, v, o, kept) {
  if
  :: version == v - 1 && FENCE(l) ->
    assert(v == 1 || l >= rowLease[0]);  /* rows of one lease never follow those of a newer one */
    rowLease[v - 1] = l; version = v;
    if
    :: v == 2 -> ended = o
    :: else
    fi;
    kept = KEPT
  :: else ->
    if
    :: version >= v && rowLease[v - 1] == l && (v == 1 || ended == o) -> kept = KEPT
    :: else ->
      assert(l != lease);        /* the owner knows the stream: it is never in conflict */
      kept = REFUSED
    fi
  fi
}

proctype Node(byte n) {
end:
  do
  /* Renewing. The deadline that the answer sets is counted from before the request. A renewal
     before the deadline changes nothing that can be seen, so there is none in the model. */
  :: atomic { REACHES(n) && !stands[n] && renewal[n] == 0 && MAY_RENEW(n) ->
      printf("node %d: row renewed\n", n);
      row[id[n]] = ALIVE; renewal[n] = FRESH }
  :: atomic { REACHES(n) && renewal[n] != 0 ->
      printf("node %d: answer to the renewal\n", n);
      if
      :: SETS_DEADLINE(n) -> stands[n] = 1
      :: else
      fi;
      renewal[n] = 0 }
  :: atomic { REACHES(n) && !stands[n] && renewal[n] == 0 && !MAY_RENEW(n) ->
      printf("node %d: was declared dead, starts again under a new id\n", n);
      letGo(n);
      if
      :: owner != id[n] -> row[id[n]] = ABSENT
      :: else
      fi;
      start(n) }

  /* Declaring others dead. */
#ifndef NO_DECLARING
  :: atomic { REACHES(n) && stands[n] && owner != NOBODY && row[owner] == EXPIRED ->
      printf("node %d: declares the owner dead\n", n);
      row[owner] = DEAD }
#endif

  /* Claiming, and reading the stream under the new lease. */
  :: atomic { REACHES(n) && stands[n] && site[n] == 0 &&
        (owner == NOBODY || owner == id[n] || row[owner] == DEAD) ->
      if
      :: owner != NOBODY && owner != id[n] ->
        other = 0;               /* a row that no process refers to can go */
        do
        :: other < NODES && !(id[other] == owner) -> other++
        :: else -> break
        od;
        if
        :: other == NODES -> row[owner] = ABSENT
        :: else
        fi;
        other = 0
      :: else
      fi;
      lease++; owner = id[n]; held[n] = lease; site[n] = CLAIMED;
      printf("node %d: claims the site, lease %d\n", n, lease) }
  :: atomic { REACHES(n) && site[n] == CLAIMED ->
      printf("node %d: reads the stream, %d rows\n", n, version);
      site[n] = OPEN; known[n] = version;
      if
      :: held[n] == lease ->     /* the successor finds all that was accepted and answered */
        assert(told == 0 || (version == 2 && ended == told));
        assert(!ordered || version >= 1)
      :: else
      fi }
  :: atomic { state[n] == UP && site[n] != 0 && !stands[n] ->
      printf("node %d: its deadline has passed, lets go of the site\n", n);
      letGo(n) }

  /* Serving: the row first, then the deed. */
  :: atomic { IDLE(n) && known[n] == 0 && AT(n) ->
      printf("node %d: is asked for a payment, sends row 1 (started), lease %d\n", n, held[n]);
      append[n] = SENT }
#ifdef GUARD_GAP
  :: atomic { IDLE(n) && order[n] == TO_HAND_OVER && GUARD(n) ->
      printf("node %d: sees that its lease stands\n", n);
      order[n] = CHECKED }
  :: atomic { IDLE(n) && order[n] == CHECKED ->
#else
  :: atomic { IDLE(n) && order[n] == TO_HAND_OVER && GUARD(n) ->
#endif
      printf("node %d: hands over the order, lease %d\n", n, held[n]);
      order[n] = 0;
      assert(!ordered);          /* never handed over twice */
      assert(told == 0);         /* and never after the till was told how it ended */
      deed(n);
      ordered = 1 }
  :: atomic { IDLE(n) && known[n] == 1 && order[n] == 0 && GUARD(n) ->
      outcome[n] = (ordered -> APPROVED : TIMED_OUT);
      printf("node %d: the machine says %d (1 approved, 2 no such order), sends row 2 (ended), lease %d\n",
        n, outcome[n], held[n]);
      append[n] = SENT }
  :: atomic { IDLE(n) && known[n] == 2 && told == 0 && AT(n) && GUARD(n) ->
      told = ended;
      printf("node %d: tells the till %d (1 approved, 2 timed out), lease %d\n", n, told, held[n]);
      deed(n);
      hangUp() }

  /* The answers to an append. */
  :: atomic { REACHES(n) && append[n] == KEPT ->
      append[n] = 0; outcome[n] = 0; known[n] = known[n] + 1;
      printf("node %d: row %d is kept\n", n, known[n]);
      if
      :: known[n] == 1 -> order[n] = TO_HAND_OVER
      :: else
      fi }
  :: atomic { REACHES(n) && append[n] == REFUSED ->
      printf("node %d: its row is refused, lets go of the site\n", n);
      letGo(n) }
  :: atomic { REACHES(n) && append[n] == UNKNOWN ->
      printf("node %d: reads back, and sends its row again if it is not there\n", n);
      append[n] = SENT }

  /* The till arrives here and is served, or piped to the owner in the owner row. (If that does not
     serve, it is refused and tries again: nothing changes.) */
  :: atomic { REACHES(n) && stands[n] && told == 0 && via == NOBODY && SOME(SERVES) ->
      other = 0;
      do
      :: !SERVES(other) -> other++
      :: else -> break
      od;
      via = n; to = other; pipeLease = lease;
      printf("node %d: the till arrives, its owner is node %d, lease %d\n", n, other, lease);
      other = 0 }
#ifndef NO_PIPE_CUT
  :: atomic { state[n] == UP && via == n && to != n && (!stands[n] ||
        (!cut[n] && (pipeLease != lease || owner == NOBODY || row[owner] != ALIVE))) ->
      printf("node %d: the owner's lease has ended, cuts the pipe\n", n);
      hangUp() }
#endif
  od
}

/* The database carries out what it was sent, whatever has become of the sender. */
proctype Database() {
  byte n, kept;
end:
  do
  :: atomic { append[0] == SENT -> n = 0; carryOut(held[n], known[n] + 1, outcome[n], append[n]);
      printf("database: append of node %d, lease %d: %d (2 kept, 3 refused)\n", n, held[n], append[n]); n = 0 }
  :: atomic { append[1] == SENT -> n = 1; carryOut(held[n], known[n] + 1, outcome[n], append[n]);
      printf("database: append of node %d, lease %d: %d (2 kept, 3 refused)\n", n, held[n], append[n]); n = 0 }
#if NODES == 3
  :: atomic { append[2] == SENT -> n = 2; carryOut(held[n], known[n] + 1, outcome[n], append[n]);
      printf("database: append of node %d, lease %d: %d (2 kept, 3 refused)\n", n, held[n], append[n]); n = 0 }
#endif
  :: atomic { lateLease != 0 -> carryOut(lateLease, lateVersion, lateOutcome, kept);
      printf("database: late append, lease %d: %d (2 kept, 3 refused)\n", lateLease, kept);
      kept = 0; lateLease = 0; lateVersion = 0; lateOutcome = 0 }
  :: atomic { lateLease != 0 ->
      printf("database: a late append never arrives\n");
      lateLease = 0; lateVersion = 0; lateOutcome = 0 }
  od
}

/* Time. The deadlines of a node pass in this order: its own, that of a renewal under way, and the
   database's expiry. A node that is up and reaches the database renews in time. */
#define PASSING(n) \
  :: atomic { state[n] != DOWN && stands[n] && !REACHES(n) -> \
      printf("clock: the deadline of node %d passes\n", n); \
      stands[n] = 0 } \
  :: atomic { !stands[n] && renewal[n] == FRESH && !REACHES(n) -> \
      printf("clock: the deadline of the renewal of node %d passes\n", n); \
      renewal[n] = STALE } \
  :: atomic { !stands[n] && !RENEWAL_HOLDS(n) && row[id[n]] == ALIVE && !REACHES(n) -> \
      printf("clock: the row of node %d expires\n", n); \
      row[id[n]] = EXPIRED }
#define IS_OWNER(n) (owner == id[n])

proctype Clock() {
end:
  do
  PASSING(0)
  PASSING(1)
#if NODES == 3
  PASSING(2)
#endif
  :: atomic { owner != NOBODY && row[owner] == ALIVE && !SOME(IS_OWNER) ->
      printf("clock: the row of the killed owner expires\n");
      row[owner] = EXPIRED }
  od
}

/* What goes wrong, at most TROUBLES times. */
#define TROUBLE(n) \
  :: atomic { troubles > 0 && state[n] == UP -> troubles--; \
      printf("trouble: node %d is stopped\n", n); \
      state[n] = STOPPED } \
  :: atomic { troubles > 0 && state[n] != DOWN -> troubles--; \
      printf("trouble: node %d is killed\n", n); \
      letGo(n); \
      if \
      :: via == n -> hangUp() \
      :: else \
      fi; \
      stands[n] = 0; renewal[n] = 0; cut[n] = 0; state[n] = DOWN } \
  :: atomic { troubles > 0 && state[n] != DOWN && !cut[n] -> troubles--; \
      printf("trouble: node %d is cut from the database\n", n); \
      cut[n] = 1; renewal[n] = 0; \
      if \
      :: append[n] == SENT && lateLease == 0 -> \
        lateLease = held[n]; lateVersion = known[n] + 1; lateOutcome = outcome[n] \
      :: else \
      fi; \
      if \
      :: append[n] != 0 -> append[n] = UNKNOWN \
      :: else \
      fi; \
      if \
      :: site[n] == CLAIMED -> letGo(n) \
      :: else \
      fi } \
  :: atomic { troubles > 0 && OWNS(n) -> troubles--; \
      printf("trouble: node %d gives the site back\n", n); \
      letGo(n); owner = NOBODY }

/* What ends a trouble. */
#define REPAIR(n) \
  :: atomic { state[n] == STOPPED -> \
      printf("repair: node %d goes on\n", n); \
      state[n] = UP } \
  :: atomic { cut[n] -> \
      printf("repair: node %d reaches the database again\n", n); \
      cut[n] = 0 } \
  :: atomic { state[n] == DOWN -> \
      printf("repair: node %d is started, under a new id\n", n); \
      if \
      :: owner != id[n] -> row[id[n]] = ABSENT \
      :: owner == id[n]          /* the row is left to expire */ \
      :: owner == id[n] -> row[id[n]] = DEAD  /* same host: it knows that the old process is gone */ \
      fi; \
      start(n) }

proctype Surroundings() {
  do
  TROUBLE(0)
  TROUBLE(1)
  REPAIR(0)
  REPAIR(1)
#if NODES == 3
  TROUBLE(2)
  REPAIR(2)
#endif
  :: atomic { troubles > 0 && via != NOBODY -> troubles--;
      printf("trouble: the till's connection breaks\n");
      hangUp() }
  :: break
  od;
end:                             /* no more troubles; one node must work, others may stay as they are */
  do
  REPAIR(0)
  REPAIR(1)
#if NODES == 3
  REPAIR(2)
#endif
  :: SOME(REACHES) -> break
  od
}

/* The till notices that the node that it is connected to does not answer its pings. */
proctype Till() {
end:
  do
  :: atomic { via != NOBODY && state[via] != UP ->
      printf("till: no answer from node %d, leaves\n", via);
      hangUp() }
  od
}

#ifdef LIVENESS
ltl owned { [] <> (SOME(OWNS)) }
ltl served { <> (told != 0) }
#else
/* When nothing can happen any more, the site has an owner and the till has its answer. */
proctype Rest() {
end:
  timeout -> assert(SOME(OWNS)); assert(told != 0)
}
#endif

init {
  atomic {
    start(0); start(1); run Node(0); run Node(1);
#if NODES == 3
    start(2); run Node(2);
#endif
    run Database(); run Clock(); run Surroundings(); run Till();
#ifndef LIVENESS
    run Rest()
#endif
  }
}
