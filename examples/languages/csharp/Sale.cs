using System;
using System.Collections.Generic;
using System.Globalization;
using System.Threading.Tasks;
using Newtonsoft.Json.Linq;

/// <summary>
/// A sale at the counter: Till.exe sale TID AMOUNT [accept|reject]
/// Without the last word the cashier is asked whether a signature matches. Exit code 0: paid, 1: not paid, 3: not known.
/// </summary>
sealed class Sale : IHandler
{
    /// <summary>The gateway answers a sale within 280 s.</summary>
    static readonly TimeSpan Limit = TimeSpan.FromSeconds(290);

    readonly string signature;
    Task<bool> verdict;

    Sale(string signature)
    {
        this.signature = signature;
    }

    public static async Task<int> Sell(string tid, string amount, string signature)
    {
        var line = new Line(Line.Address, new Sale(signature));
        await line.Start();
        var answer = line.Request("sale", new { tid, currency = "GBP", amount = MinorUnits(amount) });
        if (await Task.WhenAny(answer, Task.Delay(Limit)) != answer) return Unknown(tid);
        var answered = await answer;
        await line.Finish();
        return Outcome(tid, answered);
    }

    /// <summary>Pence or cents of an amount as it is typed. Without a culture 12.50 would be 1250 in some countries.</summary>
    static int MinorUnits(string text)
    {
        var minor = decimal.Parse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture) * 100;
        if (minor != decimal.Truncate(minor)) throw new FormatException("not an amount: " + text);
        return decimal.ToInt32(minor);
    }

    static int Outcome(string tid, JObject answer)
    {
        if (Line.Present(answer["error"]) != null)
        {
            // Nothing was handed to a card machine.
            Console.WriteLine((string)answer["error"]["data"]["userMessage"]);
            return 1;
        }
        var result = answer["result"];
        var ended = (string)result["transactionResult"];
        if (ended == "TIMED_OUT") return Unknown(tid);
        PrintReceipt(result["receiptLines"]["CUSTOMER"]);
        Console.WriteLine(ended + ": " + (int)result["amountTotal"]);
        return ended == "SUCCESSFUL" ? 0 : 1;
    }

    static int Unknown(string tid)
    {
        Console.WriteLine("NOT KNOWN: check card machine " + tid + " before anything is repeated.");
        return 3;
    }

    static void PrintReceipt(IEnumerable<JToken> lines)
    {
        if (lines == null) return;
        foreach (var line in lines) Console.WriteLine("  | " + (string)line["value"]);
    }

    public async void OnRequest(string method, JObject parameters, Action<object> answer)
    {
        if (method != "signatureVerificationRequest") return;
        // Asked again after a reconnect, under a new id: the cashier is asked once. In a task of its own: nothing is
        // received while this method runs.
        if (verdict == null) verdict = Task.Run(() => Check(parameters));
        answer(new { accepted = await verdict });
    }

    public void OnNotification(string method, JObject parameters)
    {
        if (method != "terminalNotification") return;
        Console.WriteLine((string)parameters["tid"] + ": " + (string)parameters["notificationValue"]);
    }

    bool Check(JObject parameters)
    {
        PrintReceipt(parameters["receiptLines"]["MERCHANT"]);
        if (signature != null) return signature == "accept";
        Console.WriteLine("Does the signature match the card? [y/n]");
        var typed = Console.In.ReadLine();
        return typed != null && typed.Trim().ToLowerInvariant() == "y";
    }
}
