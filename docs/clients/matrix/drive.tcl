# Driver of tcllib's websocket: drive.tcl websocket URL TOKEN header|protocol watch|sleep.
package require websocket
lassign $argv stack url token how deed
proc took {socket type text} {
  switch $type {
    connect { puts open; flush stdout; if {$::deed eq "sleep"} { after 3000 exit } }
    close - disconnect - error - timeout { puts "over $type {$text}"; flush stdout }
  }
}
set options {}
if {$how eq "header"} { set options [list -headers [list X-Device-Session $token]] } else { set options [list -protocols [list $token]] }
if {[catch { ::websocket::open $url took {*}$options } failure]} { puts "over $failure"; flush stdout }
after 3600000 exit
vwait forever
