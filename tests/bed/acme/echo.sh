#!/bin/sh
# Answers an HTTP request with its own head.
cr=$(printf '\r')
head=''
while IFS= read -r line; do
    line=${line%"$cr"}
    [ -n "$line" ] || break
    head="$head$line
"
done
printf 'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %s\r\n\r\n%s' "${#head}" "$head"
