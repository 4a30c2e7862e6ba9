#!/usr/bin/env perl
# A device over a WebSocket, in Perl with Mojolicious: signs in, beats, does commands, and always comes back.
#   DEVICE_ID=test-device-001 DEVICE_SECRET=test-secret-12345 perl docs/clients/device.pl   # or API_URL=https://...
use Mojo::Base -strict, -signatures;
use Mojo::UserAgent;
STDOUT->autoflush;

my $api = ($ENV{API_URL} // 'http://localhost:3001') =~ s{/$}{}r . '/api/v1/device';
my $ua = Mojo::UserAgent->new(connect_timeout => 10, request_timeout => 10, inactivity_timeout => 45); # 45 s without anything: it is dead.
my ($token, $failures, $fresh, %todo) = ('', 0, 0); # $fresh: no beat was good since the sign-in. %todo: results without an answer, by id.

# What is over, by a status or a close code (0: no answer), and the seconds that the server asks for.
sub over ($code, $least = 0) {
  my $calm = $code == 1000 || $code == 1001; # That gateway stops, another is there.
  my $unwanted = $code == 403 || $code == 4001 || $code == 4002;
  $token = '' if $unwanted || $code == 401 || $code == 4003;
  $failures++ unless $calm || $unwanted;
  my $wait = $unwanted ? 300 + rand 60 : $code == 401 && !$fresh ? 0 : rand($calm ? 5 : $failures < 6 ? 2**$failures : 60);
  $wait = $least if $least =~ /^\d+$/ && $wait < $least;
  printf "over (%s): again in %.1f s\n", $code, $wait;
  Mojo::IOLoop->timer($wait => sub { $token ? live() : sign_in() });
}

sub refused ($tx, $code = $tx->res->code // 0) {
  over($code, $tx->res->headers->header('Retry-After') // 0);
}
sub sign_in () {
  $ua->post("$api/auth", json => {deviceId => $ENV{DEVICE_ID}, deviceSecret => $ENV{DEVICE_SECRET}}, sub ($ua, $tx) {
    my $code = $tx->res->code // 0;
    return refused($tx, $code == 401 ? 403 : $code) if $code != 200; # 401: the secret is wrong.
    ($token, $fresh) = (eval { $tx->res->json->{token} } // return over(0), 1); live();
  });
}

sub live () {
  $ua->websocket($api =~ s/^http/ws/r . '/ws', {'X-Device-Session' => $token}, sub ($ua, $tx) {
    return refused($tx) unless $tx->is_websocket;
    my ($next, $beat);
    my $beat_in = sub ($seconds) { Mojo::IOLoop->remove($next) if $next; $next = Mojo::IOLoop->timer($seconds => $beat) };
    $beat = sub { $tx->send({json => {type => 'heartbeat', status => 'healthy', metrics => {cpu => 12.5}}}); $beat_in->(30) };
    $tx->on(json => sub ($tx, $frame) {
      my ($type, $id) = @$frame{qw(type id)};
      if ($type eq 'heartbeat_ack') { # What has no answer is said again after each beat.
        $failures = $fresh = 0; $beat_in->($frame->{nextHeartbeat} / 1000);
        print "beat, next in $frame->{nextHeartbeat} ms\n";
        $tx->send({json => $_}) for values %todo;
      } elsif ($type eq 'command' && !$todo{$id}) { # Done at once, and once: a result says that it has arrived, too.
        my %outcome = $frame->{command} eq 'echo' ? (status => 'completed', result => $frame->{parameters}) : (status => 'failed', error => 'unsupported');
        $tx->send({json => $todo{$id} = {type => 'command_result', requestId => $id, commandId => $id, %outcome}});
      } elsif ($type eq 'ack' || ($frame->{code} // '') =~ /^(CONFLICT|NOT_FOUND)$/) {
        delete $todo{$frame->{requestId} // ''};
      }
    });
    $tx->on(finish => sub ($tx, $code, $reason) { Mojo::IOLoop->remove($next); $beat = undef; over($code // 1006) });
    $beat->();
  });
}

sign_in(); Mojo::IOLoop->start;
