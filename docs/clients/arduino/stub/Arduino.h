// What arduino/device.ino uses of the ESP32's Arduino core, for a PC: enough to compile it and to run it in our tests.
#pragma once
#include <algorithm>
#include <chrono>
#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <random>
#include <string>
#include <thread>

using std::max, std::min;

struct String {
  std::string value;
  String(const char *text = "") : value(text) {}
  String(const std::string &text) : value(text) {}
  const char *c_str() const { return value.c_str(); }
  unsigned length() const { return value.size(); }
  long toInt() const { return strtol(c_str(), nullptr, 10); }
  bool operator==(const char *other) const { return value == other; }
  String operator+(const String &other) const { return value + other.value; }
};
inline String operator+(const char *left, const String &right) { return String(left) + right; }

inline unsigned long millis() { return std::chrono::steady_clock::now().time_since_epoch() / std::chrono::milliseconds(1); }
inline void delay(unsigned long milliseconds) { std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds)); }
inline uint32_t esp_random() { static std::random_device device; return device(); }

struct {
  void begin(long) {}
  void printf(const char *format, ...) {
    va_list values;
    va_start(values, format);
    vprintf(format, values);
    va_end(values);
    fflush(stdout);
  }
} static Serial;

void setup();
void loop();
int main() {
  for (setup();;) loop();
}
