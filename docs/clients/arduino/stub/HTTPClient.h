// HTTPClient of the ESP32's Arduino core over libcurl, as far as arduino/device.ino uses it. The true one differs in more than this shows.
#pragma once
#include <curl/curl.h>
#include "Arduino.h"

class HTTPClient {
  CURL *curl = curl_easy_init();
  curl_slist *headers = nullptr;
  std::string body;
  long patience = 5000;
  long wait = 0;
  static size_t keep(char *data, size_t one, size_t count, void *to) { static_cast<std::string *>(to)->append(data, one * count); return one * count; }

public:
  void setTimeout(uint16_t milliseconds) { patience = milliseconds; }
  void collectHeaders(const char **, size_t) {}
  bool begin(const String &url) { return curl_easy_setopt(curl, CURLOPT_URL, url.c_str()) == CURLE_OK; }
  void addHeader(const String &name, const String &value) { headers = curl_slist_append(headers, (name + ": " + value).c_str()); }
  int POST(const String &said) {
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_COPYPOSTFIELDS, said.c_str());
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, patience);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, keep);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &body);
    long status = -1;
    if (curl_easy_perform(curl) != CURLE_OK) return -1;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    curl_off_t least = 0;
    curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &least);
    wait = least;
    return status;
  }
  String header(const char *) { return std::to_string(wait); }
  String getString() { return body; }
  void end() { curl_slist_free_all(headers); curl_easy_cleanup(curl); }
};
