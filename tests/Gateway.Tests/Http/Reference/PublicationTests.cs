using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Http;
using Rollcall.Running;

namespace Rollcall.Http.Reference;

/// <summary>What is the same for everybody: made once, and answered as HTTP says.</summary>
public sealed class PublicationTests(SharedGateway shared)
{
    private static readonly byte[] Text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("a document that may be read by all; ", 5_000)));
    private readonly Publication _publication = new(Text, "text/plain");

    [Theory]
    [InlineData(null, null)]
    [InlineData("", null)]
    [InlineData("identity", null)]
    [InlineData("gzip", "gzip")]
    [InlineData("br", "br")]
    [InlineData("gzip, deflate, br, zstd", "br")]
    [InlineData("gzip;q=1.0, br;q=0.5", "gzip")]
    [InlineData("GZIP;q=0.1", "gzip")]
    [InlineData("identity;q=0.5, gzip;q=0.4", null)]
    [InlineData("br;q=0, gzip", "gzip")]
    [InlineData("br;q=0, gzip;q=0", null)]
    [InlineData("*", "br")]
    [InlineData("br;q=0, *", "gzip")]
    [InlineData("*;q=0", null)]
    [InlineData("zstd, compress", null)]
    [InlineData("identity;q=0, zstd", null)]
    [InlineData(";;=,", null)]
    public async Task It_comes_in_the_coding_that_the_caller_likes_best(string? accepted, string? coding)
    {
        var (status, headers, body) = await AskAsync("GET", accepted);
        Assert.Equal(200, status);
        Assert.Equal(coding, headers.ContentEncoding.SingleOrDefault());
        Assert.Equal("Accept-Encoding", headers.Vary);
        Assert.Equal("no-cache", headers.CacheControl);
        Assert.Equal(body.Length, headers.ContentLength);
        Assert.Equal(Text, Plain(body, coding));
    }

    [Fact]
    public async Task Each_coding_has_a_tag_of_its_own_that_another_process_gives_as_well()
    {
        string[] tags = [await TagAsync("br"), await TagAsync("gzip"), await TagAsync(null)];
        Assert.Equal(3, tags.Distinct().Count());
        Assert.Equal(tags[2], (await AskAsync("GET", null, publication: new Publication([.. Text], "text/plain"))).Headers.ETag.ToString());
        Assert.NotEqual(tags[2], (await AskAsync("GET", null, publication: new Publication([.. Text, 1], "text/plain"))).Headers.ETag.ToString());
    }

    [Theory]
    [InlineData("{0}", 304)]
    [InlineData("W/{0}", 304)]
    [InlineData("\"other\", W/\"another\", {0}", 304)]
    [InlineData("*", 304)]
    [InlineData("\"other\"", 200)]
    [InlineData("W/\"other\"", 200)]
    [InlineData("no tag", 200)]
    public async Task Who_has_it_is_told_so(string known, int expected)
    {
        foreach (var coding in new[] { "br", "gzip", null })
        {
            var tag = await TagAsync(coding);
            var (status, headers, body) = await AskAsync("GET", coding, known.Replace("{0}", tag, StringComparison.Ordinal));
            Assert.Equal(expected, status);
            Assert.Equal(tag, headers.ETag);
            Assert.Equal("Accept-Encoding", headers.Vary);
            Assert.Equal(expected == 304, body.Length == 0);
        }
    }

    [Fact]
    public async Task The_tag_of_one_coding_is_not_known_for_another() =>
        Assert.Equal(200, (await AskAsync("GET", "gzip", await TagAsync("br"))).Status);

    [Fact]
    public async Task Its_head_is_what_a_get_would_say()
    {
        var (status, headers, body) = await AskAsync("HEAD", "br");
        Assert.Equal((200, 0), (status, body.Length));
        Assert.Equal((await AskAsync("GET", "br")).Body.Length, headers.ContentLength);
    }

    [Theory]
    [InlineData("/openapi/v1.json")]
    [InlineData("/reference/")]
    [InlineData("/reference/v1")]
    [InlineData("/reference/scalar.js")]
    [InlineData("/reference/scalar.aspnetcore.js")]
    [InlineData("/reference/favicon.svg")]
    public async Task The_reference_is_published(string path)
    {
        var answer = (await shared.Gateway.Nobody.GetAsync(path)).Is(200);
        Assert.Matches("^\"[0-9a-f]{32}\"$", answer["ETag"]);
        Assert.Equal("Accept-Encoding", answer["Vary"]);
        Assert.Equal(0, (await shared.Gateway.Nobody.With("If-None-Match", answer["ETag"]!).SendUncheckedAsync("GET", path)).Is(304).Length);
        var compressed = (await shared.Gateway.Nobody.With("Accept-Encoding", "gzip").GetAsync(path)).Is(200);
        Assert.Equal("gzip", compressed["Content-Encoding"]);
        Assert.True(compressed.Length < answer.Length);
        var head = (await shared.Gateway.Nobody.SendUncheckedAsync("HEAD", path)).Is(200);
        Assert.Equal((0, answer["Content-Length"]), (head.Length, head["Content-Length"]));
    }

    [Theory]
    [InlineData("/reference", "reference/")]
    [InlineData("/REFERENCE", "reference/")]
    [InlineData("/Reference/", "../reference/")]
    [InlineData("/reference/V1", "../reference/v1")]
    [InlineData("/reference/v1/", "../../reference/v1")]
    public async Task The_page_is_at_one_address_alone(string path, string location) =>
        Assert.Equal(location, (await shared.Gateway.Nobody.GetAsync(path)).Is(302)["Location"]);

    [Theory]
    [InlineData("/reference/v2")]
    [InlineData("/reference/anything")]
    [InlineData("/openapi/v2.json")]
    public async Task There_is_no_page_about_a_document_that_there_is_not(string path) =>
        (await shared.Gateway.Nobody.GetAsync(path)).Refused(404, "NOT_FOUND");

    [Fact]
    public async Task It_can_be_turned_off()
    {
        await using var gateway = await TestGateway.StartAsync(("REFERENCE", "false"));
        foreach (var path in new[] { "/openapi/v1.json", "/reference", "/reference/", "/reference/v1", "/reference/scalar.js" })
        {
            (await gateway.Nobody.GetAsync(path)).Refused(404, "NOT_FOUND");
        }

        (await gateway.Nobody.GetAsync("/healthz")).Is(200);
    }

    private async Task<string> TagAsync(string? coding) => (await AskAsync("GET", coding)).Headers.ETag.ToString();

    private async Task<(int Status, IHeaderDictionary Headers, byte[] Body)> AskAsync(
        string method, string? accepted, string? known = null, Publication? publication = null)
    {
        using var body = new MemoryStream();
        var context = new DefaultHttpContext();
        context.Request.Method = method;
        context.Request.Headers.AcceptEncoding = accepted;
        context.Request.Headers.IfNoneMatch = known;
        context.Response.Body = body;
        await (publication ?? _publication).WriteAsync(context);
        return (context.Response.StatusCode, context.Response.Headers, body.ToArray());
    }

    private static byte[] Plain(byte[] body, string? coding)
    {
        using var from = new MemoryStream(body);
        using Stream plain = coding switch
        {
            "br" => new BrotliStream(from, CompressionMode.Decompress),
            "gzip" => new GZipStream(from, CompressionMode.Decompress),
            _ => from,
        };
        using var to = new MemoryStream();
        plain.CopyTo(to);
        return to.ToArray();
    }
}
