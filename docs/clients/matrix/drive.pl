#!/usr/bin/env perl
# Drivers of the Perl stacks: drive.pl STACK URL TOKEN header|protocol watch|sleep.
use strict; use warnings;

my ($stack, $url, $token, $how, $deed) = @ARGV;
my %header = $how eq 'header' ? ('X-Device-Session' => $token) : ();
my @protocols = $how eq 'protocol' ? ($token) : ();
$| = 1;

if ($stack eq 'mojo') {
  require Mojo::UserAgent;
  my $ua = Mojo::UserAgent->new;
  $ua->websocket($url => {%header} => [@protocols] => sub {
    my (undef, $tx) = @_;
    unless ($tx->is_websocket) { print 'over no websocket, res->code ', $tx->res->code // 'none', "\n"; return }
    print "open\n";
    Mojo::IOLoop->timer(3 => sub { exit }) if $deed eq 'sleep';
    $tx->on(message => sub { });
    $tx->on(finish => sub { print "over finish $_[1]\n" });
  });
  Mojo::IOLoop->timer(3600 => sub { });
  Mojo::IOLoop->start;
} else {
  require AnyEvent; require AnyEvent::WebSocket::Client;
  my $client = AnyEvent::WebSocket::Client->new(http_headers => {%header}, @protocols ? (subprotocol => [@protocols]) : ());
  my ($connection, $timer, $end) = (undef, undef, AnyEvent->condvar);
  $client->connect($url)->cb(sub {
    $connection = eval { shift->recv };
    unless ($connection) { print 'over croaks: ', substr($@, 0, 80) =~ s/\n.*//sr, "\n"; return }
    print "open\n";
    $timer = AnyEvent->timer(after => 3, cb => sub { exit }) if $deed eq 'sleep';
    $connection->on(each_message => sub { });
    $connection->on(parse_error => sub { print "error $_[1]\n" });
    $connection->on(finish => sub { my ($c) = @_; print 'over finish, close_code ', $c->close_code // 'none', "\n" });
  });
  $end->recv;
}
