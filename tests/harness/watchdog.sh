# Ends what a test run leaves behind, however it ended: waits until the run's end of the pipe closes,
# stops the PostgreSQL server whose cluster is in "$1/postgres", and removes the folder.
trap '' INT TERM HUP
read -r _
pidfile="$1/postgres/postmaster.pid"
if [ -f "$pidfile" ]; then
    pid=$(head -n 1 "$pidfile")
    kill -QUIT "$pid" 2>/dev/null
    tries=0
    while [ -f "$pidfile" ] && [ "$tries" -lt 100 ]; do
        tries=$((tries + 1))
        sleep 0.1
    done
fi
rm -rf "$1"
