#!/usr/bin/env bash
# Runs the Spin models of this directory and compares each result with what is expected of it: a protocol with a part left out must break,
# the whole protocol must hold over all states. Prints the number of states and the first error of each run.
#
#   ./go.sh                      all runs
#   ./go.sh quick                the whole of each model that takes seconds, and one rule of it left out: what the build runs
#   ./go.sh move                 the runs of one model
#   ./go.sh move -DDROPNOW       one run, with the steps that lead to the error
#
# Needs spin (6.5) and a C compiler. SECONDS_EACH (default 300) and MEGABYTES (default 4000) limit one run; a run that does not finish fails.
set -u
here=$(cd "$(dirname "$0")" && pwd)
seconds=${SECONDS_EACH:-300}
megabytes=${MEGABYTES:-4000}

for tool in spin cc; do
    if ! command -v "$tool" >/dev/null; then
        echo "$tool is not installed; on Debian: apt-get install spin gcc" >&2
        exit 2
    fi
done

# model, expected outcome, flags
runs() {
    cat <<'RUNS'
claim holds
claim holds -DWAITGEN
claim holds -DWAITWORD
claim holds -DCOMMITDOWN
claim breaks -DANON
claim breaks -DNOWAIT
claim breaks -DDESC
claim breaks -DDIRECT
claim breaks -DSEEN
claim breaks -DWAITTICKET
claim breaks -DLOSTWAKE
claim breaks -DEARLYFREE
claim breaks -DEARLYFREE -DWAITWORD
claim breaks -DCHARGEALL
claimfold holds
claimfold breaks -DGONE
claimfold breaks -DFRESH
move holds
move holds -DHOLE
move holds -DPROT
move holds -DPROT -DPROTAGAIN
move holds -DOPPOSITE
move holds -DOPPOSITE -DNOTICKET -DTAKE
move breaks -DOPPOSITE -DNOTICKET
move breaks -DDROPNOW
move breaks -DPUTSTORE
move breaks -DENDSTORE
move breaks -DENDRES -DHOLE
move breaks -DNORETURN
move breaks -DLOSTWAKE
move breaks -DPROT -DPROTGONE
ranges holds
ranges breaks -DSOURCEONLY
ranges breaks -DLOOKFIRST
ranges breaks -DANYORDER
ranges breaks -DNOWAIT
ranges breaks -DNOAGAIN
hole holds
hole breaks -DABSENT
hole breaks -DNOGRACE
hole breaks -DEARLY
fork holds -DONE
fork holds -DONE -DREADER
fork holds -DONE -DUNMAP
fork holds -DONE -DUNMAP -DGSTORE
fork holds -DONE -DREADER -DUNMAP
fork breaks -DONE -DUNMAP -DNOTATONCE
fork breaks -DONE -DNOFLAG
fork breaks -DONE -DNOGRACE1
fork breaks -DONE -DNOGRACE2
fork breaks -DONE -DEARLYDROP -DREADER
detach holds
detach holds -DREMAP
detach holds -DSAMEWORD
detach holds -DSHALLOW -DLAX
detach holds -DNOFREEZE -DLAX
detach holds -DBOTTOMUP -DLAX
detach holds -DREMAP -DNOFREEZE -DLAX
detach breaks -DNOGRACE
detach breaks -DREMAP -DNOGRACE
detach breaks -DFIRST
detach breaks -DSTALE
detach breaks -DSHALLOW
detach breaks -DNOFREEZE
detach breaks -DBOTTOMUP
detach breaks -DSHALLOW -DNOBILL
detach breaks -DNOFREEZE -DNOBILL
detach breaks -DBOTTOMUP -DNOBILL -DSAMEWORD
remember holds
remember breaks -DNOSEQUENCE
remember breaks -DRAISELATE
remember breaks -DCOMPAREFIRST
remember breaks -DREADLATE
remember breaks -DNOEPOCH
users holds
users breaks -DENTERLATE
users breaks -DLOOKFIRST
users breaks -DNOSHARE
users breaks -DSHARELATE
users holds -DMOVE
users breaks -DMOVE -DNOAGAIN
users breaks -DMOVE -DNOWAIT
users breaks -DMOVE -DNOLOOK
descriptions holds
descriptions breaks -DLOOKFIRST
descriptions breaks -DNOCAS
descriptions breaks -DLOOKSOON
descriptions breaks -DTURNED
descriptions breaks -DONESTRIPE
descriptions breaks -DNOGRACE
descriptions breaks -DTABLELATE
descriptions breaks -DREVIVE
levels holds
levels holds -DTWO
levels breaks -DXCHG
levels breaks -DNOGRACE
retire holds
retire holds -DDRAINERS=1 -DREADERS=2
retire holds -DCFIRST
retire holds -DKEEPEPOCH
retire holds -DTAGSOON
retire breaks -DCOPYLATE
retire breaks -DPLATE
retire breaks -DPTAG
retire breaks -DNOBARRIER
retire breaks -DNOTAG
retire breaks -DNOROOM
retire breaks -DBACKWARDS
retire breaks -DNOCAS
retire breaks -DEARLYSHOW
retire breaks -DSAMETAG
retire holds -DOBSERVER -DDRAINERS=1
retire breaks -DOBSERVER -DDRAINERS=1 -DTAKENFIRST
retire breaks -DOBSERVER -DDRAINERS=1 -DTAKENLATE
roster holds
roster holds -DTHREADS=2 -DROUNDS=3
roster breaks -DNOCOUNT
roster breaks -DLATEREAD
roster breaks -DNORETRY
units holds
units holds -DDOUBLE
units breaks -DNOSUM
units breaks -DNOBITS
units breaks -DUPFIRST
units breaks -DNOUNIT
units breaks -DNOUNIT -DUNBALANCED
units breaks -DSTORE
units breaks -DSTORE -DUNBALANCED
units breaks -DDOUBLE -DBLIND
runs holds
runs breaks -DAGAIN
runs breaks -DNOSUM
runs breaks -DNOUNDO
runs breaks -DFIRSTWORD
blocks holds
blocks holds -DTWICE
blocks holds -DMEET
blocks holds -DMEET -DASCEND
blocks breaks -DHEADFIRST
blocks breaks -DNOINNER
blocks breaks -DNOSUM
blocks breaks -DNOROLL
blocks breaks -DTWICE -DNODISOWN
blocks breaks -DMEET -DMIXED
hints holds
hints breaks -DNOSECOND
hints breaks -DTOOSOON
hints breaks -DHALFSECOND
hints breaks -DLOOKFIRST
stock holds
stock breaks -DNOFILLING
stock breaks -DNOSECOND
stock breaks -DPUSHES
stock breaks -DPUSHES -DNOBLOCK
stock breaks -DUNTOLD
stock breaks -DLATE
stock breaks -DEARLY
huge holds
huge holds -DAFTER
huge breaks -DLATE
huge breaks -DNOUNDO
huge breaks -DNOGRACE
huge breaks -DPARTSONLY
collapse holds
collapse breaks -DNOGRACE
collapse breaks -DNOGEN
collapse breaks -DNOLOOK
collapse breaks -DNOFREEZE
collapse breaks -DSTORE
holes holds
holes breaks -DTOPDOWN
holes breaks -DRAISEFIRST
holes breaks -DNOANNOUNCE
holes breaks -DBLIND
holes breaks -DONENUMBER
holes breaks -DOLDPATH
holes breaks -DNOCOUNT
holes breaks -DCOUNTFIRST
holes breaks -DCOUNTREADFIRST
holes breaks -DCOUNTREADLATE
regions holds
regions breaks -DNOGRACE
regions breaks -DBLIND
regions breaks -DRAISELATE
regions breaks -DLOWERSOON
regions breaks -DTABLE
regions breaks -DASKSOON
regions breaks -DNOALIVE
dirty holds
dirty holds -DSAME
dirty holds -DWRITE
dirty holds -DFAIL
dirty breaks -DNOAGAIN
dirty breaks -DSLOTFIRST -DSAME
dirty breaks -DGAP
dirty breaks -DNOGRACE
dirty breaks -DCLEARLATE
dirty breaks -DNOWAIT
dirty breaks -DNOLOOK
dirty breaks -DFAIL -DLOSE
dirty breaks -DNODENY
dirty breaks -DNODENY -DWRITE
dirty breaks -DNOSECOND
dirty breaks -DNOSECONDGRACE
walks holds
walks breaks -DTRUST
walks breaks -DEARLY
walks breaks -DNOTEFIRST
walks breaks -DCLEARLAST
walks breaks -DNOLEFT
walks breaks -DNOFAIL
tables holds
tables breaks -DTICKET
tables breaks -DNOFREEZE
tables breaks -DSTORE
tables breaks -DNOGRACE
tables breaks -DOR
tables breaks -DAND
tables breaks -DNOLOOK
tables breaks -DANYORDER
tables breaks -DNOTABLE
content holds
content breaks -DSTOREFIRST
content breaks -DONLYDIRTY
content breaks -DCLEANFIRST
content breaks -DLOSE
rest holds
rest breaks -DNOLOOK
rest breaks -DSAYLATE
rest breaks -DONEWAY
evict holds
evict holds -DWRITER
evict holds -DTWO
evict holds -DTWO -DWRITER
evict holds -DONLYCOUNT
evict holds -DBLIND
evict breaks -DNOGRACE
evict breaks -DNOAGAIN
evict breaks -DTWO -DSTORE
evict breaks -DWRITER -DSTORE
evict breaks -DWRITER -DLATEDIRTY
inbox holds
inbox holds -DFOUR
inbox breaks -DNOAGAIN
inbox breaks -DLOOKFIRST
inbox breaks -DNOCAS
inbox breaks -DBEGINFIRST
inbox breaks -DNOFULL
pin holds
pin breaks -DNOWAIT
pin breaks -DNOGRACE
pin breaks -DNOLOOK
swap holds
swap holds -DUNMAP
swap holds -DFORK
swap holds -DTWICE
swap breaks -DNOGRACE1
swap breaks -DNOGRACE2
swap breaks -DNOFLAG
swap breaks -DNOLOOK
swap breaks -DFORK -DNOCOUNT
swap breaks -DSLOTEARLY
swap breaks -DNORECHECK
swap breaks -DUNMAP -DATONCE
RUNS
}

# Of the runs above those that the build makes: a few seconds each, most of them the C compiler's.
quick() {
    cat <<'RUNS'
claimfold holds
claimfold breaks -DGONE
remember holds
remember breaks -DNOSEQUENCE
users holds
users breaks -DNOSHARE
users holds -DMOVE
descriptions holds
descriptions breaks -DTURNED
levels holds
levels breaks -DXCHG
roster holds
huge holds
huge breaks -DNOUNDO
collapse holds
collapse breaks -DNOGRACE
stock holds
regions breaks -DTABLE
dirty holds
dirty breaks -DNOAGAIN
walks holds
walks breaks -DTRUST
tables breaks -DTICKET
tables breaks -DNOFREEZE
content holds
content breaks -DSTOREFIRST
rest holds
rest breaks -DONEWAY
evict holds
evict breaks -DNOGRACE
inbox holds
inbox breaks -DNOAGAIN
swap holds -DUNMAP
swap breaks -DNOGRACE2
pin holds
pin breaks -DNOWAIT
ranges holds
ranges breaks -DSOURCEONLY
RUNS
}

# check MODEL EXPECTED FLAGS...: prints one line; 0 if the outcome is the expected one
check() {
    local model=$1 expected=$2 work outcome states reason
    shift 2
    work=$(mktemp -d)
    cp "$here/$model.pml" "$work/" && cd "$work" || return 1
    if ! spin "$@" -a "$model.pml" >spin.log 2>&1 || [ ! -f pan.c ]; then
        cat spin.log >&2
        return 1
    fi
    if ! cc -O2 -w -DSAFETY -DNOCLAIM -DCOLLAPSE -DMEMLIM="$megabytes" -o pan pan.c; then
        return 1
    fi
    timeout "$seconds" ./pan -m1000000 -w24 >pan.log 2>&1
    states=$(sed -n 's/^ *\([0-9.e+]*\) states, stored.*/\1/p' pan.log)
    reason=$(sed -n 's/^pan:1: \(.*\)/\1/p' pan.log | head -1)
    case $reason in
    'assertion violated'* | 'invalid end state'*) outcome=breaks ;;
    '') outcome=holds ;;
    *) outcome=unfinished ;;
    esac
    if [ -z "$states" ] || [ $outcome = holds ] && { ! grep -q 'errors: 0' pan.log || grep -qE '^error:|not completed|out of memory' pan.log; }; then
        outcome=unfinished
    fi
    printf '%-10s %-28s %-10s %12s states  %s\n' "$model" "${*:-(whole)}" "$outcome" "${states:-?}" "${reason:0:60}"
    if [ "$expected" = show ] && [ -f "$model.pml.trail" ]; then
        spin "$@" -t -p "$model.pml" | grep 'proc'
    fi
    cd "$here" && rm -rf "$work"
    [ "$expected" = show ] || [ "$expected" = "$outcome" ]
}

if [ $# -gt 1 ]; then
    model=$1
    shift
    check "$model" show "$@"
    exit
fi

list=runs
wanted=${1:-}
if [ "$wanted" = quick ]; then
    list=quick
    wanted=
fi
total=0
wrong=0
while read -r model expected flags; do
    if [ -n "$wanted" ] && [ "$wanted" != "$model" ]; then
        continue
    fi
    total=$((total + 1))
    # shellcheck disable=SC2086  # the flags are words
    if ! check "$model" "$expected" $flags; then
        wrong=$((wrong + 1))
        echo "    expected: $expected" >&2
    fi
done < <($list)
if [ "$total" -eq 0 ]; then
    echo "no model of that name: $1 (one of: $(runs | cut -d' ' -f1 | sort -u | tr '\n' ' '))" >&2
    exit 2
fi
echo "$total runs, $wrong not as expected"
[ "$wrong" -eq 0 ]
