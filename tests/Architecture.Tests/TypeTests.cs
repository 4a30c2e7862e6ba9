using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Rollcall;

/// <summary>A type that nobody can keep in his head is several: it is measured whole, however many files it is cut into.</summary>
public sealed class TypeTests
{
    private const int MostLines = 300;
    private const int MostFields = 10;

    [Fact]
    public void No_type_is_so_long_that_nobody_reads_it() => None(
        Types().Where(type => type.Lines > MostLines).Select(type => $"{type.Name} has {type.Lines} lines; {MostLines} are enough"));

    [Fact]
    public void No_type_has_so_many_fields_that_nobody_knows_who_writes_them() => None(
        Types().Where(type => type.Fields > MostFields).Select(type => $"{type.Name} has {type.Fields} fields; {MostFields} are enough"));

    /// <summary>A rule about nothing would hold: what it reads is there.</summary>
    [Fact]
    public void Types_of_every_room_are_measured() =>
        Assert.Equal(MannerTests.Rooms.Order(), Types().Select(type => type.Name.Split(':')[0]).Distinct().Order());

    /// <summary>Names all of them: the assertions of xunit show the first words only.</summary>
    private static void None(IEnumerable<string> found)
    {
        var all = string.Join('\n', found);
        Assert.True(all.Length == 0, all);
    }

    /// <summary>Nested types count with the type around them, but for their fields.</summary>
    private static IEnumerable<(string Name, int Lines, int Fields)> Types() =>
        from file in MannerTests.Rooms.SelectMany(room => Repository.Files(".cs", room))
        let tree = CSharpSyntaxTree.ParseText(Repository.Text(file))
        from type in tree.GetRoot().DescendantNodes().OfType<TypeDeclarationSyntax>()
        let room = file.Split('/')[0]
        group (Type: type, Nested: type.Parent is TypeDeclarationSyntax) by $"{room}: {NameOf(type)}" into parts
        select (parts.Key, parts.Where(part => !part.Nested).Sum(part => Lines(part.Type)), parts.Sum(part => Fields(part.Type)));

    private static string NameOf(TypeDeclarationSyntax type) => string.Join('.', type.AncestorsAndSelf().Reverse().Select(node => node switch
    {
        BaseNamespaceDeclarationSyntax space => space.Name.ToString(),
        TypeDeclarationSyntax one => $"{one.Identifier}`{one.TypeParameterList?.Parameters.Count ?? 0}",
        _ => null,
    }).OfType<string>());

    private static int Lines(TypeDeclarationSyntax type)
    {
        var span = type.GetLocation().GetLineSpan();
        return span.EndLinePosition.Line - span.StartLinePosition.Line + 1;
    }

    /// <summary>What an object keeps and its members share. What it is given, and asks, is no state of its own.</summary>
    private static int Fields(TypeDeclarationSyntax type) => type.Members.OfType<FieldDeclarationSyntax>()
        .Where(field => !field.Modifiers.Any(SyntaxKind.StaticKeyword) && !field.Modifiers.Any(SyntaxKind.ConstKeyword))
        .Sum(field => field.Declaration.Variables.Count);
}
