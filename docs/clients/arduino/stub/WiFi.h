// The PC has its network already.
#pragma once
struct {
  void setAutoReconnect(bool) {}
  void begin(const char *, const char *) {}
} static WiFi;
