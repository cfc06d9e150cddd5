# Copyright 2026 b-op
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What ``./dev demo`` tells a person who looks at it first."""

ALONE = """
  b-op Customer Order runs.

    address   {0}
    login     admin
    password  admin

  First clicks, in Sales > Orders:
    1. Café Bellevue, "Kitchen": accepted, nothing delivered. Try to edit it, then press "Change Order",
       set another quantity in the offer, read the impact list, and press "Apply Change".
    2. Nordwind Joinery, "Workshop II": changed twice after a part was delivered and billed. "Versions"
       shows all three and what changed; the deliveries and invoices belong to the last one.
    3. Stadtwerk Schools, "Classroom 14": half delivered and billed, with an open change. Press
       "Open Change": its impact list says what applying it would do.
    4. Lindgren & Daughters, "Branch office": cancelled by agreement. Hotel Alpenhof, "Ski room": completed.
    5. Sales > Orders > Intake: what waits for acceptance, what is on credit hold, and why. Accept the order of
       Hafenkran Logistics with the check mark at the end of its row.

  Ctrl-C stops the server. `./dev demo --one --fresh` begins with a new database; `./dev demo` has a customer as
  well, with a server of its own.
"""
BOTH = """
  b-op runs: a supplier and a customer, each with a database and a server of its own, paired over the network.

    supplier   {0}   Birkenau Furniture
    customer   {1}   Seeblick Hotels
    login      admin, password admin, on both (keep the addresses as they are: a browser
               knows one login for each host name)

  What is there to look at:
    Customer, Purchase > Orders > Purchase Orders
      "Lake terrace"     shipped and billed in part: tab "Shipments"; its bill was posted by itself
      "Breakfast room"   changed by the customer, "Pool" by the supplier: tab "Versions"
      "Restaurant"       its bill waits and says why: button "Vendor Bills"
    Customer, Purchase > Orders > Change Requests: one that "They propose" waits for the customer's answer
    Supplier, Sales > Orders > Intake: an order of Seeblick Hotels waits for acceptance, another one is incomplete: open
      it, press "Complete order", and say that a Sun Bed is a Sun Lounger
    Supplier, Sales > Orders > Change Requests: one that "They propose" waits for the supplier's answer
    Both, b-op Network: who is paired, and every message with its signature and receipt

  To play it yourself:
    1. Customer: Purchase > New. Vendor Birkenau Furniture, 80 Bistro Table, "Confirm Order". It waits for the vendor.
    2. Supplier: Sales > Orders > Intake: the order is above the 10,000 up to which this customer is trusted. Press
       "Accept" at the end of its row. (50 tables would have been accepted by themselves.)
    3. Customer: load the order again: it is in force, and its tab "Network" names its twin. "Change order", 90 in
       place of 80, "Send to vendor".
    4. Supplier: Sales > Orders > Change Requests. Open the new one, that "They propose", and press "Accept": both
       sides have a second version.
    5. Supplier: on the order, "Delivery", quantity 50, "Validate", "Create Backorder".
    6. Customer: on the second version, tab "Shipments" tells of 50. "Receive", quantity 50, "Validate",
       "Create Backorder".
    7. Supplier: on the order, "Create Invoice", "Create Draft", "Confirm". Customer: on the order, "Vendor Bills":
       the bill is posted, because it equals what was ordered and received.
    8. Supplier: "Change order", 85 in place of 90, "Send to customer". Customer: Purchase > Orders > Change
       Requests, open the new one, "Accept". As soon as the supplier's database has answered, it is in force.

  Ctrl-C stops both servers. `./dev demo --fresh` begins with new databases, `--one` shows only a supplier, with more
  of what happens between acceptance and billing.
"""
