using System.Text.Json.Nodes;
using LoadLab.Scenarios.Yaml;

namespace LoadLab.Scenarios.Keys;

/// <summary>One key of a mapping: its name, what it takes, its sentence for people, and what it does to the subject.</summary>
/// <typeparam name="T">What the mapping describes.</typeparam>
internal abstract class Key<T>(string name, string doc)
{
    /// <summary>As it is written.</summary>
    public string Name => name;

    /// <summary>What it means, in a sentence.</summary>
    public string Doc => doc;

    /// <summary>The subject with the value; as it was when the value does not fit.</summary>
    public abstract T Apply(T subject, Declared declared, string path, Reading reading);

    /// <summary>The schema of its value.</summary>
    public abstract JsonObject Schema();

    /// <summary>The same key on something that holds a <typeparamref name="T"/>.</summary>
    public Key<TWhole> Within<TWhole>(Func<TWhole, T> get, Func<TWhole, T, TWhole> with) => new InnerKey<TWhole>(this, get, with);

    private sealed class InnerKey<TWhole>(Key<T> inner, Func<TWhole, T> get, Func<TWhole, T, TWhole> with) : Key<TWhole>(inner.Name, inner.Doc)
    {
        public override TWhole Apply(TWhole subject, Declared declared, string path, Reading reading) =>
            with(subject, inner.Apply(get(subject), declared, path, reading));

        public override JsonObject Schema() => inner.Schema();
    }
}

/// <summary>A key whose value has a form of its own.</summary>
internal sealed class ValueKey<T, TValue>(string name, ValueForm<TValue> form, string doc, Func<T, TValue, T> with) : Key<T>(name, doc)
{
    /// <inheritdoc/>
    public override T Apply(T subject, Declared declared, string path, Reading reading) =>
        form.TryRead(declared, path, reading, out var value) ? with(subject, value) : subject;

    /// <inheritdoc/>
    public override JsonObject Schema() => form.Schema();
}

/// <summary>A key whose value needs the subject as it is so far.</summary>
internal sealed class ReadKey<T>(string name, string doc, Func<JsonObject> schema, Func<T, Declared, string, Reading, T> apply) : Key<T>(name, doc)
{
    /// <inheritdoc/>
    public override T Apply(T subject, Declared declared, string path, Reading reading) => apply(subject, declared, path, reading);

    /// <inheritdoc/>
    public override JsonObject Schema() => schema();
}
