using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.FileProviders;
using Microsoft.Net.Http.Headers;

namespace Rollcall.Page;

/// <summary>index.html for an address with a path before ours: all that the page asks for it asks for below its base.</summary>
internal sealed class IndexPage
{
    private const string Base = """<base href="/">""";
    private readonly byte[] _bytes;
    private readonly EntityTagHeaderValue _etag;

    private IndexPage(byte[] bytes) =>
        (_bytes, _etag) = (bytes, new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 16))}\""));

    /// <param name="path">As <c>/rollcall</c>.</param>
    /// <returns>Null: there is no page here.</returns>
    public static IndexPage? Read(IFileProvider files, string path)
    {
        var file = files.GetFileInfo("index.html");
        if (!file.Exists)
        {
            return null;
        }

        using var reader = new StreamReader(file.CreateReadStream());
        return Below(path, reader.ReadToEnd());
    }

    /// <exception cref="InvalidOperationException">The page names no base, so it would ask for everything at the wrong place.</exception>
    public static IndexPage Below(string path, string html) => html.Contains(Base, StringComparison.Ordinal)
        ? new IndexPage(Encoding.UTF8.GetBytes(html.Replace(Base, $"""<base href="{path}/">""", StringComparison.Ordinal)))
        : throw new InvalidOperationException($"index.html does not hold {Base}.");

    public IResult Answer(HttpContext context)
    {
        // The page's files are named in it: it must never be older than they are.
        context.Response.Headers[HeaderNames.CacheControl] = "no-cache";
        return TypedResults.Bytes(_bytes, "text/html", entityTag: _etag);
    }
}
