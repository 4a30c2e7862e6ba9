#!/usr/bin/env bash
# One call of an HTTP client as its natural line has it: http.sh CLIENT POST|DELETE URL TOKEN [BODY]. Prints what the program is told.
client=$1 method=$2; export url=$3 token=$4 body=${5:-} method
header="X-Device-Session: $token"
case $client-$method in
  curl-POST) exec curl -s -m 10 -w ' %{http_code}' -H "$header" -d "$body" "$url" ;;
  curl-DELETE) exec curl -s -m 10 -w ' %{http_code}' -H "$header" -X DELETE "$url" ;;
  wget-POST) exec wget -q -t 1 -O - --header "$header" --post-data "$body" "$url" ;;
  wget-DELETE) exec wget -q -t 1 -O - --header "$header" --method DELETE "$url" ;;
  busybox-POST) exec busybox wget -q -O - --header "$header" --post-data "$body" "$url" ;;
  busybox-DELETE) echo cannot ;;
  urllib-*) exec /usr/bin/python3 -c '
import os, urllib.error, urllib.request as r
e = os.environ; post = e["method"] == "POST"
try:
    answer = r.urlopen(r.Request(e["url"], data=e["body"].encode() if post else None, headers={"X-Device-Session": e["token"]}, method=e["method"]), timeout=10)
    print(answer.status, answer.read().decode())
except urllib.error.HTTPError as error: print("HTTPError", error.code, error.read().decode())' ;;
  requests-*) exec /usr/bin/python3 -c '
import os, requests
e = os.environ; answer = requests.request(e["method"], e["url"], data=e["body"] or None, headers={"X-Device-Session": e["token"]}, timeout=10)
print(answer.status_code, answer.text)' ;;
  httpx-*) exec /usr/bin/python3 -c '
import os, httpx
e = os.environ; answer = httpx.request(e["method"], e["url"], content=e["body"] or None, headers={"X-Device-Session": e["token"]}, timeout=10)
print(answer.status_code, answer.text)' ;;
  LWP-*) exec perl -MLWP::UserAgent -e '
my ($u, @h) = (LWP::UserAgent->new(timeout => 10), "X-Device-Session" => $ENV{token});
my $a = $ENV{method} eq "POST" ? $u->post($ENV{url}, @h, Content => $ENV{body}) : $u->delete($ENV{url}, @h); print $a->code, " ", $a->content' ;;
  HTTP::Tiny-*) exec perl -MHTTP::Tiny -e '
my $a = HTTP::Tiny->new(timeout => 10)->request($ENV{method}, $ENV{url}, {headers => {"X-Device-Session" => $ENV{token}}, $ENV{method} eq "POST" ? (content => $ENV{body}) : ()});
print "$a->{status} $a->{content}"' ;;
  Ruby,-*) exec ruby -rnet/http -e '
e = ENV; uri = URI(e["url"])
a = e["method"] == "POST" ? Net::HTTP.post(uri, e["body"], "X-Device-Session" => e["token"]) :
  Net::HTTP.start(uri.host, uri.port) { |h| h.delete(uri.path, "X-Device-Session" => e["token"]) }
puts "#{a.code} #{a.body}"' ;;
  PHP,-*) exec php -d display_errors=stdout -r '
$e = getenv(); $a = file_get_contents($e["url"], false, stream_context_create(["http" => ["method" => $e["method"], "header" => "X-Device-Session: " . $e["token"],
  "content" => $e["body"], "timeout" => 10]])); echo $a === false ? "gives false" : "200 " . $a;' ;;
  Tcl,-*) exec tclsh <(echo '
package require http
set e [expr {$env(method) eq "POST" ? [list -query $env(body)] : [list -method DELETE]}]
set t [http::geturl $env(url) -timeout 10000 -headers [list X-Device-Session $env(token)] {*}$e]
puts "[http::ncode $t] [http::data $t]"') ;;
  guile,-*) exec guile --no-auto-compile -c '
(use-modules (web client) (web response) (rnrs bytevectors))
(define (e name) (getenv name))
(call-with-values
  (lambda () (apply (if (string=? (e "method") "POST") http-post http-delete) (e "url") #:headers `((x-device-session . ,(e "token")))
    (if (string=? (e "method") "POST") (list #:body (e "body")) (list))))
  (lambda (answer text) (display (response-code answer)) (display " ") (display (if (bytevector? text) (utf8->string text) text))))' ;;
  LuaSocket-*) exec lua5.4 -e '
local http, ltn12, e, said = require "socket.http", require "ltn12", os.getenv, {}
http.TIMEOUT = 10
local _, code = http.request{url = e "url", method = e "method", sink = ltn12.sink.table(said), source = ltn12.source.string(e "body"),
  headers = {["X-Device-Session"] = e "token", ["Content-Length"] = #e "body"}}
print(code, table.concat(said))' ;;
  fetch-*) exec node --input-type=module -e '
const { url, token, body, method } = process.env;
const answer = await fetch(url, { method, headers: { "X-Device-Session": token }, ...(method === "POST" ? { body } : {}) });
console.log(answer.status, await answer.text());' ;;
  Go,-*) exec ./http-go ;;
  java.net.http-*) exec java Http.java ;;
  half-closes-*) exec /usr/bin/python3 half.py ;;
  *) echo "no such client"; exit 2 ;;
esac
