using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Rollcall.Running;

/// <summary>
/// Tells one tab that devices have a weak secret, in every message of the gateway that names them. The gateway itself hashes what was
/// imported slowly within seconds: too soon for pictures.
/// </summary>
internal sealed partial class Imported(string prefix)
{
    public async Task ToAsync(Tab tab)
    {
        await tab.Page.RouteWebSocketAsync("**/hubs/portal**",
            socket => socket.ConnectToServer().OnMessage(frame => socket.Send(Marked(frame.Text!))));
        await tab.Page.RouteAsync($"**/api/v1/customer/devices/{prefix}*", async route =>
        {
            var answer = await route.FetchAsync();
            await route.FulfillAsync(new() { Response = answer, Body = Marked(await answer.TextAsync()) });
        });
    }

    private string Marked(string message) => Name().Replace(
        message, found => found.Groups["id"].Value.StartsWith(prefix, StringComparison.Ordinal) ? $"{found.Value}\"weakSecret\":true," : found.Value);

    [GeneratedRegex("\"deviceId\":\"(?<id>[^\"]*)\",")]
    private static partial Regex Name();
}
