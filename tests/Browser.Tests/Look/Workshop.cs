using System.Net.Http.Headers;
using System.Net.Http.Json;

namespace Rollcall.Look;

/// <summary>A fleet in which everything occurs that a row can show.</summary>
internal sealed class Workshop : IDisposable
{
    private static readonly string[] Names = ["Press line 1", "Press line 2", "Cooling tower", "Packaging robot", "Gate camera"];
    private readonly HttpClient _owner;

    private Workshop(Uri gateway) => _owner = new HttpClient
    {
        BaseAddress = new Uri(gateway, "api/v1/customer/devices/"),
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", PortalToken.Of("owner")) },
    };

    public static async Task<Workshop> InAsync(Uri gateway)
    {
        var workshop = new Workshop(gateway);
        for (var index = 0; index < Names.Length; index++)
        {
            await workshop.PatchAsync($"demo-{index + 1:00000}", new { name = Names[index], location = "Hall 1" });
        }

        await AddAsync(gateway, "meter-basement-01", "Power meter", device => device.GoodbyeAsync());
        await AddAsync(gateway, "oven-02", "Drying oven", device => device.MeasureAsync(cpu: 93, memory: 85, status: "degraded"));
        await AddAsync(gateway, "pump-07", "Feed pump 7", device => workshop.PatchAsync(device.Id, new { mode = "maintenance" }));
        await AddAsync(gateway, "a-name-without-end.of-a-device:that-nobody-shortened-before-it-was-given", null,
            device => device.MeasureAsync());
        return workshop;
    }

    public Task PatchAsync(string id, object patch) => SendAsync(new(HttpMethod.Patch, Uri.EscapeDataString(id))
    {
        Content = JsonContent.Create(patch, new MediaTypeHeaderValue("application/merge-patch+json")),
    });

    public Task RemoveAsync(string id) => SendAsync(new(HttpMethod.Delete, Uri.EscapeDataString(id)));

    public void Dispose() => _owner.Dispose();

    private static async Task AddAsync(Uri gateway, string id, string? name, Func<TestDevice, Task> then)
    {
        var device = await TestDevice.SignedInAsync(Caller.At(gateway), id, name);
        await device.MeasureAsync(cpu: 41, memory: 52);
        await then(device);
    }

    private async Task SendAsync(HttpRequestMessage request)
    {
        using (request)
        {
            using var answer = await _owner.SendAsync(request);
            Assert.True(answer.IsSuccessStatusCode, $"{request.RequestUri}: {answer.StatusCode}");
        }
    }
}
