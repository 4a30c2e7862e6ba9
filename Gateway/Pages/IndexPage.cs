using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.FileProviders;
using Microsoft.Net.Http.Headers;

namespace Rollcall.Pages;

/// <summary>
/// index.html as this gateway's settings have it: all that the page asks for it asks for below its base, and it links to nothing that is
/// not served.
/// </summary>
internal sealed class IndexPage
{
    private const string Base = """<base href="/">""";

    /// <summary>What the page looks for (js/boot.js).</summary>
    private const string NoReference = """<meta name="rollcall-reference" content="off">""";
    private readonly byte[] _bytes;
    private readonly EntityTagHeaderValue _etag;

    private IndexPage(byte[] bytes) =>
        (_bytes, _etag) = (bytes, new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 16))}\""));

    /// <param name="path">What stands before every path of ours, as <c>/rollcall</c>; empty: nothing.</param>
    /// <param name="reference">The reference is served.</param>
    /// <returns>Null: there is no page here.</returns>
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

    /// <exception cref="InvalidOperationException">The page names no base, so it would ask for everything at the wrong place.</exception>
    public static string Written(string html, string path, bool reference) => html.Contains(Base, StringComparison.Ordinal)
        ? html.Replace(Base, $"""<base href="{path}/">{(reference ? "" : NoReference)}""", StringComparison.Ordinal)
        : throw new InvalidOperationException($"index.html does not hold {Base}.");

    public IResult Answer(HttpContext context)
    {
        // The page's files are named in it: it must never be older than they are.
        context.Response.Headers[HeaderNames.CacheControl] = "no-cache";
        return TypedResults.Bytes(_bytes, "text/html", entityTag: _etag);
    }
}
