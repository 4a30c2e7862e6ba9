using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.FileProviders;
using Microsoft.Net.Http.Headers;

namespace Rollcall.Pages;

/// <summary>
/// index.html, adapted to this gateway's settings: the base of all that the page requests, and no link to a reference that is not served.
/// </summary>
internal sealed class IndexPage
{
    private const string Base = """<base href="/">""";

    /// <summary>Read by the page (js/boot.js).</summary>
    private const string NoReference = """<meta name="rollcall-reference" content="off">""";
    private readonly byte[] _bytes;
    private readonly EntityTagHeaderValue _etag;

    private IndexPage(byte[] bytes) =>
        (_bytes, _etag) = (bytes, new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 16))}\""));

    /// <param name="path">The prefix of all our paths, such as <c>/rollcall</c>; empty: none.</param>
    /// <param name="reference">The reference is served.</param>
    /// <returns>Null: there is no page.</returns>
    public static IndexPage? Read(IFileProvider files, string path, bool reference)
    {
        var file = files.GetFileInfo("index.html");
        if (!file.Exists)
        {
            return null;
        }

        using var reader = new StreamReader(file.CreateReadStream());
        return new IndexPage(Encoding.UTF8.GetBytes(Written(reader.ReadToEnd(), path, reference)));
    }

    /// <exception cref="InvalidOperationException">The page has no base, so it would request everything from the wrong address.</exception>
    public static string Written(string html, string path, bool reference) => html.Contains(Base, StringComparison.Ordinal)
        ? html.Replace(Base, $"""<base href="{path}/">{(reference ? "" : NoReference)}""", StringComparison.Ordinal)
        : throw new InvalidOperationException($"index.html does not hold {Base}.");

    public IResult Answer(HttpContext context)
    {
        // The page names its files: it must never be older than they are.
        context.Response.Headers[HeaderNames.CacheControl] = "no-cache";
        return TypedResults.Bytes(_bytes, "text/html", entityTag: _etag);
    }
}
