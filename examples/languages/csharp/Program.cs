using System;
using System.Threading.Tasks;

/// <summary>
/// Till.exe sale TID AMOUNT [accept|reject], Till.exe tables FILE.json, or Till.exe rehearse
/// </summary>
static class Program
{
    static void Main(string[] args)
    {
        // Mono, when Main returns, now and then waits for a minute until a thread of its pool ends.
        Environment.Exit(ExitCode(args));
    }

    static int ExitCode(string[] args)
    {
        try
        {
            return Run(args).GetAwaiter().GetResult();
        }
        catch (RefusedException refused)
        {
            Console.Error.WriteLine("refused: " + refused.Message);
            return 1;
        }
    }

    static Task<int> Run(string[] args)
    {
        switch (args[0])
        {
            case "sale":
                return Sale.Sell(args[1], args[2], args.Length > 3 ? args[3] : null);
            case "tables":
                return Tables.Serve(args[1]);
            default:
                return Rehearse.Serve();
        }
    }
}
