using System.ComponentModel;
using System.Diagnostics;
using LoadLab.Kernel;
using LoadLab.Model;

namespace LoadLab.Cli;

/// <summary>
/// The one place that catches what nothing else did, on any thread: a sentence instead of a stack trace, and an exit status instead of SIGABRT.
/// </summary>
/// <remarks>
/// What the machine refused (a full disk, no more threads, a file that may not be read) is inconclusive; anything else is a fault of LoadLab,
/// <see cref="ExitStatus.Fault"/>, and the sentence says how to report it.
/// </remarks>
internal static class LastResort
{
    private const string TraceVariable = "LOADLAB_TRACE";

    /// <summary>Runs the program to its exit status.</summary>
    public static async Task<int> RunAsync(Func<Task<int>> program)
    {
        AppDomain.CurrentDomain.UnhandledException += (_, unhandled) => Environment.Exit(Told((Exception)unhandled.ExceptionObject));
        try
        {
            return await program();
        }
        catch (Exception e)
        {
            return Told(e);
        }
    }

    /// <summary>What to say of an exception that nothing else caught, and the exit status that goes with it.</summary>
    public static (string Sentence, int Status) Explain(Exception exception)
    {
        var cause = Cause(exception);
        var message = VisibleText.OfLine(cause.Message);
        return cause switch
        {
            KernelException { Errno: var errno } when errno == Errno.EMFILE =>
                ($"{message}: this process may open too few files, raise its limit with 'ulimit -n 1024'", ExitStatus.Inconclusive),
            IOException when !HasWorkingDirectory() => ("the working directory no longer exists: change to another one ('cd /')", ExitStatus.Inconclusive),
            KernelException or IOException or UnauthorizedAccessException or Win32Exception =>
                ($"the machine refused something that LoadLab needs: {message}", ExitStatus.Inconclusive),
            OutOfMemoryException or ThreadStartException => (
                $"the machine gave no more memory or threads ({message}): raise the limits of this user ('ulimit -u', 'ulimit -v') or of this container",
                ExitStatus.Inconclusive),
            _ => (
                $"this is a fault of LoadLab itself: {cause.GetType().Name}{Where(cause)}: {message}; please report it as CONTRIBUTING.md says, with this "
                    + $"sentence and the command line ({TraceVariable}=1 adds the stack)", ExitStatus.Fault),
        };
    }

    private static bool HasWorkingDirectory()
    {
        try
        {
            return Environment.CurrentDirectory.Length > 0;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static int Told(Exception exception)
    {
        var (sentence, status) = Explain(exception);
        try
        {
            Console.Error.WriteLine($"loadlab: {sentence}");
            if (Environment.GetEnvironmentVariable(TraceVariable) is { Length: > 0 })
            {
                Console.Error.WriteLine(exception);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or Win32Exception)
        {
            // A role whose standard error is gone: the exit status says it alone.
        }

        return status;
    }

    // What wraps another exception says nothing itself.
    private static Exception Cause(Exception exception) =>
        exception is AggregateException or TypeInitializationException or TaskSchedulerException && exception.InnerException is { } inner ? Cause(inner)
        : exception;

    // The innermost method of this program; native code knows no more of it than its names.
    private static string Where(Exception exception)
    {
        foreach (var frame in new StackTrace(exception).GetFrames())
        {
            if (DiagnosticMethodInfo.Create(frame) is { DeclaringTypeName: { } type } method && type.StartsWith(nameof(LoadLab), StringComparison.Ordinal))
            {
                return $" in {type}.{method.Name}";
            }
        }

        return "";
    }
}
