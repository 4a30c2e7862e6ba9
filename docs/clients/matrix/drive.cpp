// Drivers of the C++ stacks: drive STACK URL TOKEN header|protocol watch|sleep. Which one, WEBSOCKETPP, BEAST or POCO says.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>

static void over(const std::string &what) {
  printf("over %s\n", what.substr(0, what.find('\n')).c_str()); fflush(stdout);
  std::this_thread::sleep_for(std::chrono::seconds(3)); exit(0);
}
static void opened() { puts("open"); fflush(stdout); }
static void sleepIf(const std::string &deed) { if (deed == "sleep") { std::this_thread::sleep_for(std::chrono::seconds(3)); exit(0); } }

#if defined(WEBSOCKETPP)
#include <websocketpp/client.hpp>
#include <websocketpp/config/asio_no_tls_client.hpp>
int main(int, char **a) {
  websocketpp::client<websocketpp::config::asio_client> client;
  client.clear_access_channels(websocketpp::log::alevel::all); client.clear_error_channels(websocketpp::log::elevel::all);
  client.init_asio();
  websocketpp::lib::error_code failure;
  auto connection = client.get_connection(a[2], failure);
  if (std::string(a[4]) == "header") connection->append_header("X-Device-Session", a[3]); else connection->add_subprotocol(a[3]);
  connection->set_open_handler([&](auto) { opened(); if (std::string(a[5]) == "sleep") client.set_timer(3000, [](auto) { exit(0); }); });
  connection->set_fail_handler([&](auto) { over("fail: " + connection->get_ec().message() + ", response code " + std::to_string(connection->get_response_code())); });
  connection->set_close_handler([&](auto) { over("close, remote code " + std::to_string(connection->get_remote_close_code())); });
  client.connect(connection); client.run();
}
#elif defined(BEAST)
#include <boost/asio.hpp>
#include <boost/beast.hpp>
int main(int, char **a) {
  namespace ws = boost::beast::websocket;
  std::string url = a[2] + 5, host = url.substr(0, url.find('/')), path = url.substr(url.find('/'));
  boost::asio::io_context context;
  ws::stream<boost::asio::ip::tcp::socket> socket(context);
  try {
    socket.next_layer().connect({boost::asio::ip::make_address(host.substr(0, host.find(':'))), static_cast<unsigned short>(std::stoi(host.substr(host.find(':') + 1)))});
    socket.set_option(ws::stream_base::decorator([&](ws::request_type &request) {
      if (std::string(a[4]) == "header") request.set("X-Device-Session", a[3]); else request.set("Sec-WebSocket-Protocol", a[3]); }));
    socket.handshake(host, path); opened(); sleepIf(a[5]);
    for (boost::beast::flat_buffer buffer;; buffer.clear()) socket.read(buffer);
  } catch (const boost::system::system_error &failure) { over(failure.code().message().substr(0, 45)); }
}
#else
#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/NetException.h>
#include <Poco/Net/WebSocket.h>
#include <Poco/URI.h>
int main(int, char **a) {
  Poco::URI uri(a[2]); Poco::Net::HTTPResponse answer;
  try {
    Poco::Net::HTTPClientSession session(uri.getHost(), uri.getPort());
    Poco::Net::HTTPRequest request("GET", uri.getPath(), "HTTP/1.1");
    if (std::string(a[4]) == "header") request.set("X-Device-Session", a[3]); else request.set("Sec-WebSocket-Protocol", a[3]);
    Poco::Net::WebSocket socket(session, request, answer); opened(); sleepIf(a[5]);
    for (char buffer[9999];;) {
      int flags = 0, got = socket.receiveFrame(buffer, sizeof buffer, flags), kind = flags & Poco::Net::WebSocket::FRAME_OP_BITMASK;
      if (kind == Poco::Net::WebSocket::FRAME_OP_PING) socket.sendFrame(buffer, got, Poco::Net::WebSocket::FRAME_FLAG_FIN | Poco::Net::WebSocket::FRAME_OP_PONG);
      else if (kind == Poco::Net::WebSocket::FRAME_OP_CLOSE) over("receiveFrame gives a close frame");
      else if (got <= 0) over("receiveFrame gives " + std::to_string(got) + ", flags " + std::to_string(flags));
    }
  } catch (const Poco::Exception &failure) { over(failure.displayText() + ", answer " + std::to_string(answer.getStatus())); }
}
#endif
