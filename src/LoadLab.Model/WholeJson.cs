using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace LoadLab.Model;

/// <summary>How the Model is read back from files: a member that its type says is always there must be there, and is never null.</summary>
/// <remarks>
/// What may be missing: a nullable member, a constructor parameter with a default value, a number that is no constructor parameter (but for what a scenario
/// declares), and a member whose getter has a value of its own then; older folders lack what is newer. Anything else that is missing is a
/// <see cref="JsonException"/> whose message has the names behind <see cref="Lacks"/>.
/// </remarks>
public static class WholeJson
{
    /// <summary>What stands before the names of missing members in the message of the exception.</summary>
    public const string Lacks = "was missing required properties including: ";

    // Two arrays are equal when they are the same one; those that were never set are.
    private static readonly object NoArray = default(ImmutableArray<object>);

    // All of what they have is written, and a number that is missing would be 0 instead of its initial value: 0 listeners, say.
    private static readonly Type[] Declared =
        [typeof(Scenario), typeof(ServerSpec), typeof(SwarmSpec), typeof(PeerSpec), typeof(SubjectSpec), typeof(SessionStep)];

    private static readonly JsonSerializerOptions Options = new(ModelJson.Default.Options)
    {
        TypeInfoResolver = ModelJson.Default.WithAddedModifier(Demand),
        RespectNullableAnnotations = true,
    };

    /// <summary>The form of a document.</summary>
    public static JsonTypeInfo<T> Of<T>() => (JsonTypeInfo<T>)Options.GetTypeInfo(typeof(T));

    private static void Demand(JsonTypeInfo type)
    {
        List<JsonPropertyInfo> seenAfterwards = [];
        foreach (var property in type.Properties)
        {
            if (property.AssociatedParameter is not { HasDefaultValue: false, IsNullable: false } parameter
                || Nullable.GetUnderlyingType(property.PropertyType) is not null)
            {
                continue;
            }

            // The members of a record struct are its parameters, though it is made without them.
            if (!parameter.IsMemberInitializer || type.Type.IsValueType || Declared.Contains(type.Type))
            {
                property.IsRequired = true;
            }
            else if (property.Get is not null && CanBeAbsent(property.PropertyType))
            {
                seenAfterwards.Add(property);
            }
        }

        // Generated code sets every member that is set only at the beginning, to nothing where the file has nothing: its initial value is lost.
        if (seenAfterwards.Count > 0)
        {
            type.OnDeserialized = read =>
            {
                if (seenAfterwards.Find(property => property.Get!(read) is not { } value || value.Equals(NoArray)) is { } missing)
                {
                    throw new JsonException($"{type.Type} {Lacks}'{missing.Name}'.");
                }
            };
        }
    }

    private static bool CanBeAbsent(Type type) =>
        !type.IsValueType || (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ImmutableArray<>));
}
