using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Metadata;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Serialization.TypeSystem;

namespace Rollcall.Contracts;

/// <summary>
/// What silos and gateways of two versions hand each other, beside the calls, which OrleansContracts.txt holds: what every interface is
/// called, the alias of every type, the number and type of every member, and the values of enums. They stand in WireTypes.txt: a release
/// adds to them, and changes nothing of what a release before it has.
/// </summary>
public sealed class WireTypesTests
{
    private const string Rewrite = "REWRITE_WIRE_TYPES";

    private static readonly Assembly[] Contracts = [typeof(Keys).Assembly, typeof(TwinHosting).Assembly];

    private static readonly GrainInterfaceTypeResolver s_names =
        new([], new ServiceCollection().AddSerializer().BuildServiceProvider().GetRequiredService<TypeConverter>());

    [Fact]
    public void Types_on_the_wire_are_those_of_the_file()
    {
        var now = Lines().ToArray();
        if (Environment.GetEnvironmentVariable(Rewrite) is not null)
        {
            File.WriteAllLines(Path(), now);
        }

        var held = File.ReadAllLines(Path());
        var changed = held.Except(now).Select(line => "- " + line).Concat(now.Except(held).Select(line => "+ " + line)).ToArray();
        Assert.True(
            changed.Length == 0,
            $"A silo or gateway of the release before cannot read what was changed or taken away. What was only added: {Rewrite}=1 writes the file.\n"
            + string.Join('\n', changed));
    }

    [Fact]
    public void Every_type_on_the_wire_has_an_alias_of_its_own()
    {
        Assert.All(Types(), type => Assert.StartsWith("rollcall.", Alias(type), StringComparison.Ordinal));
        Assert.Equal(Types().Count(), Types().Select(Alias).Distinct().Count());
    }

    private static IEnumerable<string> Lines() =>
    [
        "# What is on the wire between silos and gateways: interfaces, then types with id, type and name of members, then enums.",
        .. Interfaces().Select(Identity).Order(StringComparer.Ordinal).Select(name => "interface " + name),
        .. Types().OrderBy(Alias, StringComparer.Ordinal).SelectMany(type =>
            Members(type).OrderBy(member => member.Id).Select(member => $"{Alias(type)} {member.Id}: {Name(member.Type)} {member.Name}")
                .Prepend(Alias(type))),
        .. Enums().OrderBy(type => type.Name, StringComparer.Ordinal).SelectMany(type =>
            Enum.GetNames(type).Select(name => $"{type.Name} {Convert.ToInt64(Enum.Parse(type, name), null)}: {name}")
                .Prepend($"enum {type.FullName}, {type.Assembly.GetName().Name}")),
    ];

    private static IEnumerable<Type> Types() =>
        Contracts.SelectMany(assembly => assembly.GetTypes())
            .Where(type => type.GetCustomAttribute<GenerateSerializerAttribute>(inherit: false) is not null);

    private static IEnumerable<Type> Interfaces() => Contracts.SelectMany(assembly => assembly.GetTypes())
        .Where(type => type.IsInterface && type.IsAssignableTo(typeof(IAddressable)));

    /// <summary>As Orleans calls it at run time: by its alias, where 10.4.2 writes the CLR's name into OrleansContracts.txt.</summary>
    private static string Identity(Type type) => s_names.GetGrainInterfaceType(type).ToString();

    private static IEnumerable<(uint Id, string Name, Type Type)> Members(Type type)
    {
        const BindingFlags Own = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        return type.GetProperties(Own).Select(property => (property.GetCustomAttribute<IdAttribute>(), property.Name, property.PropertyType))
            .Concat(type.GetFields(Own).Select(field => (field.GetCustomAttribute<IdAttribute>(), field.Name, field.FieldType)))
            .Where(member => member.Item1 is not null)
            .Select(member => (member.Item1!.Id, member.Name, member.Item3));
    }

    /// <summary>
    /// Those that members and calls have. An enum travels as its number; but one that is an answer itself names the answer's type by its own C# name.
    /// </summary>
    private static IEnumerable<Type> Enums()
    {
        var calls = Interfaces().SelectMany(type => type.GetMethods())
            .SelectMany(method => method.GetParameters().Select(parameter => parameter.ParameterType).Append(method.ReturnType));
        return Types().SelectMany(type => Members(type).Select(member => member.Type)).Concat(calls)
            .SelectMany(Parts).Where(type => type.IsEnum && Contracts.Contains(type.Assembly)).Distinct();
    }

    private static IEnumerable<Type> Parts(Type type) =>
        type.IsArray ? Parts(type.GetElementType()!) : type.GetGenericArguments().SelectMany(Parts).Append(type);

    private static string Alias(Type type) => type.GetCustomAttribute<AliasAttribute>(inherit: false)?.Alias ?? type.FullName!;

    /// <summary>As it is on the wire: an alias where there is one.</summary>
    private static string Name(Type type)
    {
        if (type.IsArray)
        {
            return Name(type.GetElementType()!) + "[]";
        }

        if (Nullable.GetUnderlyingType(type) is { } value)
        {
            return Name(value) + "?";
        }

        var name = type.IsGenericParameter ? type.Name : type.GetCustomAttribute<AliasAttribute>(inherit: false)?.Alias ?? type.Name;
        return type.IsGenericType ? $"{name}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>" : name;
    }

    private static string Path([CallerFilePath] string here = "") =>
        System.IO.Path.GetFullPath(System.IO.Path.Combine(System.IO.Path.GetDirectoryName(here)!, "../../../Grains.Abstractions/WireTypes.txt"));
}
