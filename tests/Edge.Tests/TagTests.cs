using System.Net;
using System.Text;
using Rollcall.Support.Http;
using Rollcall.Support.Servers;

namespace Rollcall.Edge;

/// <summary>A device's ETag through proxies that compress, as programs get it and send it back.</summary>
public sealed class TagTests(EdgeGateway gateway)
{
    [Theory]
    [InlineData("nginx", "gzip", "W/\"")]
    [InlineData("caddy", "gzip", "\"")]
    [InlineData("caddy", "zstd", "\"")]
    public async Task A_change_is_taken_under_the_tag_that_came_and_a_second_one_is_not(string program, string coding, string begins)
    {
        Assert.SkipWhen(MiddleServer.Missing(program) is not null, MiddleServer.Missing(program) ?? "");
        await using var proxy = await ProxiesPage.StartCompressingAsync(program, await gateway.PortAsync());
        using var http = new HttpClient { BaseAddress = proxy.Address };
        http.DefaultRequestHeaders.Add("Authorization", "Bearer " + PortalToken.Of("owner"));
        http.DefaultRequestHeaders.Add("Accept-Encoding", coding);

        var id = $"tagged-{program}-{coding}";
        using var created = await http.PostAsync(
            new Uri("api/v1/customer/devices", UriKind.Relative), new StringContent($$"""{"deviceId":"{{id}}"}"""));
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        using var read = await http.GetAsync(new Uri($"api/v1/customer/devices/{id}", UriKind.Relative));
        var tag = Assert.Single(read.Headers.GetValues("ETag"));
        Assert.StartsWith(begins, tag, StringComparison.Ordinal);
        Assert.True(read.Headers.CacheControl!.NoTransform);

        // Neither of the versions that are installed here heeds that; one that does leaves the tag alone.
        Assert.True(program != "nginx" || read.Content.Headers.ContentEncoding.SingleOrDefault() == coding);

        Assert.Equal(HttpStatusCode.OK, await PatchAsync("first"));
        Assert.Equal(HttpStatusCode.PreconditionFailed, await PatchAsync("second"));

        async Task<HttpStatusCode> PatchAsync(string name)
        {
            using var request = new HttpRequestMessage(HttpMethod.Patch, $"api/v1/customer/devices/{id}")
            {
                Content = new StringContent($$"""{"name":"{{name}}"}""", Encoding.UTF8, "application/merge-patch+json"),
            };
            Assert.True(request.Headers.TryAddWithoutValidation("If-Match", tag));
            using var answer = await http.SendAsync(request);
            return answer.StatusCode;
        }
    }
}
