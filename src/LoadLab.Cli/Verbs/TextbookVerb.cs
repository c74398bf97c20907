using System.CommandLine;
using System.Text.Json;
using LoadLab.Model;
using LoadLab.Reporting;
using LoadLab.Runs;

namespace LoadLab.Cli;

/// <summary><c>loadlab textbook</c>, <c>loadlab textbook CLAIM</c>, or <c>loadlab textbook DIR DIR</c>.</summary>
internal static class TextbookVerb
{
    private const string Both = "both";

    public static Command Create()
    {
        var what = new Argument<string[]>("what")
        {
            Description = "Claims by name or folder (tcp-session/handshake, limits); or folders of earlier results, to be shown side by side",
            HelpName = "CLAIM|DIR",
            Arity = ArgumentArity.ZeroOrMore,
            CompletionSources = { CompletionWords.Claims },
        };
        var (sandbox, kernel) = (CommonOptions.Sandbox(), CommonOptions.Kernel());
        var family = new Option<string>("--family")
        {
            Description = $"Over which protocol: {string.Join(" | ", EnumWords<SocketFamily>.All)} | {Both}",
            HelpName = "FAMILY",
            DefaultValueFactory = _ => "ipv4",
            CompletionSources = { _ => EnumWords<SocketFamily>.All.Append(Both) },
        };
        var output = new Option<string?>("--out") { Description = "The folder under which the textbook's own folder is made (default: results)",
            HelpName = "DIR" };
        var markdown = new Option<bool>(
            "--markdown") { Description = "Writes it to standard output as Markdown, with the states as a diagram; what is for people goes to standard error" };
        var json = CommonOptions.Json("the textbook (textbook.json)");
        var command = new Verb(
            "textbook",
            "Checks the claims of a textbook about a TCP session and its limits on this kernel",
            [
                "loadlab textbook",
                "loadlab textbook tcp-session/time-wait",
                "loadlab textbook --family both --markdown > textbook.md",
            ]) { what, sandbox, kernel, family, output, markdown, json };
        command.SetAction(async (result, _) =>
        {
            var words = result.GetValue(what) ?? [];
            var isJson = result.GetValue(json);
            if (words.Length > 0 && words.All(word => File.Exists(Path.Combine(word, FolderNames.Textbook))))
            {
                return Stored(words, isJson, result.GetValue(markdown), Terminal.Of(result));
            }

            var booted = result.GetValue(kernel);
            var results = result.GetValue(output) ?? Paths.Results;
            var request = new TextbookRequest(words, Kind(result.GetValue(sandbox), booted), Families(result.GetValue(family)!), results)
            {
                Kernel = booted is null ? null : Path.GetFullPath(booted),
            };
            using var interruption = new Interruption();
            var session = new TextbookSession(request, Console.Error);
            var document = await session.RunAsync(interruption.Token);
            Tell(document, isJson, result.GetValue(markdown), Paths.Shown(session.Folder), Terminal.Of(result));
            return interruption.Came ? ExitStatus.Interrupted : ExitStatus.Of(document.Verdict);
        });
        return command;
    }

    private static void Tell(TextbookDocument document, bool json, bool markdown, string folder, Terminal terminal)
    {
        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(document, ModelJson.Indented.TextbookDocument));
        }
        else if (markdown)
        {
            Console.Out.Write(TextbookReport.Markdown(document));
        }

        TextbookReport.Write(terminal.ReportTo(json || markdown), document, folder);
    }

    private static int Stored(string[] folders, bool json, bool markdown, Terminal terminal)
    {
        List<TextbookDocument> documents = [.. folders.Select(Open)];
        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize([.. documents], ModelJson.Indented.TextbookDocumentArray));
        }
        else if (markdown)
        {
            Console.Out.Write(TextbookTable.Markdown(documents));
        }

        TextbookTable.Write(terminal.ReportTo(json || markdown), documents);
        return documents.Max(document => ExitStatus.Of(document.Verdict));
    }

    private static TextbookDocument Open(string folder) =>
        StoredTextbook.TryOpen(folder, out var why)
            ?? throw CliException.BadInput($"{Path.Combine(folder, FolderNames.Textbook)} cannot be read as a textbook: {why}");

    // A kernel that is named is booted.
    private static SandboxKind Kind(string? word, string? kernel) =>
        word is null ? (kernel is null ? SandboxTraits.Default : SandboxTraits.Booted)
        : kernel is not null && word != EnumWords<SandboxKind>.Of(SandboxTraits.Booted)
            ? throw CliException.BadInput($"--kernel {kernel}: is booted in sandbox kernel, and --sandbox is {word}; leave one of them out")
        : EnumWords<SandboxKind>.TryParse(word, out var kind) && SandboxTraits.Of(kind).IsMadeByRun ? kind
        : throw CliException.BadInput(
            $"--sandbox {word}: the textbook takes "
        + $"{string.Join(" or ", Enum.GetValues<SandboxKind>().Where(one => SandboxTraits.Of(one).IsMadeByRun).Select(EnumWords<SandboxKind>.Of))}, since "
        + $"each claim has a network namespace of its own");

    private static IReadOnlyList<SocketFamily> Families(string word) =>
        word == Both ? [SocketFamily.Ipv4, SocketFamily.Ipv6]
        : EnumWords<SocketFamily>.TryParse(word, out var family) ? [family]
        : throw CliException.BadInput($"--family {word}: takes {string.Join(", ", EnumWords<SocketFamily>.All)} or {Both}");
}
