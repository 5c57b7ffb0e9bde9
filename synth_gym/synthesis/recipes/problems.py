"""How recipes speak of the optimisation problems: texts, sizes and kinds of instances."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Layout:
    """One kind of instances."""

    piece: str
    """What it adds to the challenge's id; empty for the usual kind."""
    name: str
    """The value of `generate`'s parameter `layout`."""
    about: str


@dataclass(frozen=True)
class Problem:
    """One problem, as recipes use it."""

    key: str
    """Its module in `synth_gym.grading.protocols.optimization.problems`."""
    name: str
    """CamelCase, for ids."""
    title: str
    about: str
    instance: tuple[str, ...]
    """What the keys of an instance hold."""
    solution: str
    quality: str
    idle: str
    """Python for a valid solution that took no thought."""
    baseline_does: str
    reference_does: str
    sizes: dict[str, dict[str, Any]]
    """Parameters of `generate`, for each of `SIZES`."""
    layouts: tuple[Layout, ...]


SIZES = {"": "", "Small": "in small instances", "Large": "in large instances"}
"""What a size adds to id and title."""

PROBLEMS = (
    Problem(
        "travelling_salesman",
        "TravellingSalesman",
        "The travelling salesman",
        "A salesman visits every city of a plane once and comes back home; the trip should be short.",
        ("`cities`: a list of places `[x, y]`.",),
        "a list of all city numbers, counted from 0, in the order of the trip",
        "a lower bound on the length of any round trip, divided by the length of yours",
        'list(range(len(instance["cities"])))',
        "always go to the nearest city that was not visited yet, from a random start",
        "2-opt and moves of short pieces from two starts",
        {"": {"cities": 70}, "Small": {"cities": 40}, "Large": {"cities": 110}},
        (
            Layout("", "uniform", "The cities are spread evenly over a square."),
            Layout("Clustered", "clustered", "The cities lie in a few dense clusters."),
            Layout("Grid", "grid", "The cities lie on the crossings of a grid, so many distances are equal."),
        ),
    ),
    Problem(
        "bin_packing",
        "BinPacking",
        "Bin packing",
        "Items of given sizes go into bins of one capacity; as few bins as possible should be used.",
        ("`capacity`: of every bin;", "`sizes`: a list of the items' sizes."),
        "a list with the number of the bin of each item, in the order of `sizes`; any whole numbers may be used",
        "the least number of bins that the items would fill if they were liquid, divided by the number of yours",
        'list(range(len(instance["sizes"])))',
        "take the items as they come, and open a new bin whenever one does not fit into the last",
        "fullest bins first, best fit decreasing, and best fit in perturbed orders",
        {"": {"items": 90}, "Small": {"items": 45}, "Large": {"items": 150}},
        (
            Layout("", "uniform", "The sizes are spread evenly between 15 and 50 percent of the capacity."),
            Layout("Halves", "halves", "Sizes lie just over a quarter, over a third or over a half of the capacity."),
            Layout("Triplets", "triplets", "The items can be packed in threes without any rest."),
        ),
    ),
    Problem(
        "graph_colouring",
        "GraphColouring",
        "Graph colouring",
        "The vertices of a graph are coloured with few colours, so that no edge joins two of the same one.",
        ("`vertices`: their number;", "`edges`: a list of pairs `[a, b]` of vertex numbers, counted from 0."),
        "a list with the colour of each vertex, any whole numbers",
        "the size of a clique that was found greedily, divided by the number of colours",
        'list(range(instance["vertices"]))',
        "take the vertices in random order, and give each the first colour that no neighbour has",
        "by saturation, then classes of one colour coloured again in other orders",
        {
            "": {"vertices": 90, "degree": 24},
            "Small": {"vertices": 60, "degree": 18},
            "Large": {"vertices": 130, "degree": 36},
        },
        (
            Layout("", "random", "Edges join random vertices."),
            Layout("Geometric", "geometric", "Edges join vertices that are near each other in a plane."),
            Layout("Planted", "planted", "The graph was made so that few colours suffice."),
        ),
    ),
    Problem(
        "knapsack",
        "Knapsack",
        "The knapsack with several limits",
        "Items have a value and a demand on each of several limits; the chosen ones should be worth much.",
        (
            "`values`: of the items;",
            "`demands`: of each item, a list with one number for each limit;",
            "`capacities`: the limits.",
        ),
        "a list of the numbers of the chosen items, counted from 0, whose demands exceed no limit",
        "the value of the chosen items, divided by an upper bound on the best value",
        "[]",
        "take the most valuable items first, as long as they fit",
        "by value for demand under random prices of the limits, then exchanges",
        {
            "": {"items": 70, "limits": 3},
            "Small": {"items": 40, "limits": 2},
            "Large": {"items": 110, "limits": 5},
        },
        (
            Layout("", "independent", "An item's value has nothing to do with its demands."),
            Layout("Correlated", "correlated", "Items that demand more are worth more."),
        ),
    ),
    Problem(
        "max_cut",
        "MaxCut",
        "Maximum cut",
        "The vertices of a graph go to two sides, so that the edges between the sides weigh as much as possible.",
        ("`vertices`: their number;", "`edges`: a list of `[a, b, weight]`, vertices counted from 0."),
        "a list with the side of each vertex, 0 or 1",
        "the weight of the edges between the sides, divided by the weight of all edges",
        '[0] * instance["vertices"]',
        "put the vertices on random sides, and move each of the first half if that helps",
        "tabu search from a greedy start",
        {
            "": {"vertices": 70, "degree": 6},
            "Small": {"vertices": 45, "degree": 4},
            "Large": {"vertices": 100, "degree": 8},
        },
        (
            Layout("", "uniform", "All edges weigh 1."),
            Layout("Weighted", "weighted", "Weights lie between 1 and 100."),
            Layout("Ring", "ring", "The vertices form a ring with weighted chords across."),
        ),
    ),
    Problem(
        "max_sat",
        "MaxSat",
        "Maximum satisfiability",
        "Variables are made true or false so that the clauses that stay unsatisfied weigh as little as possible.",
        (
            "`variables`: their number;",
            "`clauses`: each a list of literals: a variable's number counted from 1, negative when negated;",
            "`weights`: of the clauses.",
        ),
        "a list of `True` or `False` for each variable",
        "one less the ratio of the unsatisfied weight to what random values leave on average (not below 0)",
        '[True] * instance["variables"]',
        "let the literals of each variable vote",
        "a random walk through unsatisfied clauses from the start of conditional expectations",
        {
            "": {"variables": 80, "clauses": 480},
            "Small": {"variables": 50, "clauses": 325},
            "Large": {"variables": 120, "clauses": 660},
        },
        (
            Layout("", "random", "Clauses join three random variables."),
            Layout("Weighted", "weighted", "Clauses weigh between 1 and 20."),
            Layout("Skewed", "skewed", "A few variables occur in most clauses."),
        ),
    ),
    Problem(
        "flow_shop",
        "FlowShop",
        "The permutation flow shop",
        "Jobs pass all machines in the same order; the last one should be finished as early as possible.",
        ("`times`: of each job, the list of its processing times on the machines.",),
        "a list of all job numbers, counted from 0, in the order in which they start",
        "a lower bound on the time at which the last job is done, divided by yours",
        'list(range(len(instance["times"])))',
        "start the jobs first that take longer on the last machine than on the first",
        "insertion by Nawaz, Enscore and Ham, then iterated greedy",
        {
            "": {"jobs": 20, "machines": 6},
            "Small": {"jobs": 14, "machines": 5},
            "Large": {"jobs": 26, "machines": 8},
        },
        (
            Layout("", "uniform", "All processing times are alike."),
            Layout("Mixed", "mixed", "Some jobs take long on all machines."),
        ),
    ),
    Problem(
        "set_cover",
        "SetCover",
        "Weighted set cover",
        "Sets with a cost are chosen so that every element is in one of them; together they should cost little.",
        (
            "`elements`: their number;",
            "`sets`: of each set, the list of its elements, counted from 0;",
            "`costs`: of the sets.",
        ),
        "a list of the numbers of the chosen sets, counted from 0",
        "a lower bound on the cost of any cover, divided by the cost of yours",
        'list(range(len(instance["sets"])))',
        "take the cheapest sets first, as long as they hold something new",
        "by new elements for the cost, without what is not needed, then parts taken out and completed again",
        {
            "": {"elements": 60, "sets": 50},
            "Small": {"elements": 35, "sets": 30},
            "Large": {"elements": 90, "sets": 75},
        },
        (
            Layout("", "random", "What a set costs has nothing to do with its size."),
            Layout("Priced", "priced", "Larger sets cost more."),
            Layout("Intervals", "intervals", "Every set is a run of neighbours on a ring."),
        ),
    ),
    Problem(
        "facility_location",
        "FacilityLocation",
        "Facility location",
        "Some sites are opened and every customer is served from the nearest; both together should cost little.",
        (
            "`opening`: what opening each site costs;",
            "`serving`: of each customer, the list of what serving it from each site costs.",
        ),
        "a list of the numbers of the opened sites, counted from 0",
        "a lower bound on the cost of any choice, divided by the cost of yours",
        'list(range(len(instance["opening"])))',
        "open the cheapest quarter of the sites",
        "one after the other as long as that saves, then opening, closing and exchanging",
        {
            "": {"sites": 25, "customers": 60},
            "Small": {"sites": 15, "customers": 40},
            "Large": {"sites": 32, "customers": 90},
        },
        (
            Layout("", "uniform", "Sites and customers are spread evenly over a square."),
            Layout("Clustered", "clustered", "The customers live in a few towns."),
            Layout("Central", "central", "Sites near the middle cost more."),
        ),
    ),
    Problem(
        "quadratic_assignment",
        "QuadraticAssignment",
        "Quadratic assignment",
        "Machines are put to places so that what flows between them travels a short way.",
        ("`flows`: a square table, between machines;", "`distances`: a square table, between places."),
        "a list with the place of each machine, every place once, counted from 0",
        "a lower bound on flow times distance, divided by yours",
        'list(range(len(instance["flows"])))',
        "the machines with most flow go to the most central places",
        "grown around the busiest machine, then exchanges of two from several starts",
        {"": {"machines": 16}, "Small": {"machines": 12}, "Large": {"machines": 20}},
        (
            Layout("", "grid", "The places form a grid, and most machines have to do with each other."),
            Layout("Sparse", "sparse", "The places form a grid, and few machines have to do with each other."),
            Layout("Line", "line", "The places lie in a row."),
        ),
    ),
    Problem(
        "weighted_tardiness",
        "WeightedTardiness",
        "Weighted tardiness on one machine",
        "Jobs are done one after the other; those of weight should not be done long after they are due.",
        (
            "`times`: how long each job takes;",
            "`weights`: of the jobs;",
            "`due`: when each job should be done, the first one starting at 0.",
        ),
        "a list of all job numbers, counted from 0, in the order in which they are done",
        "one less the ratio of the weighted lateness to that of the jobs as they are numbered (not below 0)",
        'list(range(len(instance["times"])))',
        "by due date",
        "by apparent urgency, then each job moved to its best place",
        {"": {"jobs": 40}, "Small": {"jobs": 25}, "Large": {"jobs": 55}},
        (
            Layout("", "tight", "Many jobs cannot be in time."),
            Layout("Loose", "loose", "Due dates are late enough for most jobs."),
            Layout("Proportional", "proportional", "Many jobs cannot be in time, and long ones weigh more."),
        ),
    ),
    Problem(
        "vehicle_routing",
        "VehicleRouting",
        "Vehicle routing",
        "Vans of one capacity bring goods from a depot to every customer and come back; their routes should be short.",
        (
            "`depot`: its place `[x, y]`;",
            "`customers`: a list of places;",
            "`demands`: of the customers;",
            "`capacity`: of every van.",
        ),
        "a list of routes, each a list of customer numbers, counted from 0, in the order of the visits",
        "a lower bound on the length of all routes, divided by the length of yours",
        '[[customer] for customer in range(len(instance["customers"]))]',
        "always go to the nearest customer whose goods are still in the van, and home when there is none",
        "savings of joined routes in several orders, each route shortened by 2-opt",
        {"": {"customers": 45}, "Small": {"customers": 28}, "Large": {"customers": 65}},
        (
            Layout("", "uniform", "The customers are spread evenly, the depot lies in the middle."),
            Layout("Clustered", "clustered", "The customers live in a few towns."),
            Layout("Corner", "corner", "The depot lies in a corner."),
        ),
    ),
)


def problem_card(key: str) -> Problem:
    """The card of one problem."""
    return next(problem for problem in PROBLEMS if problem.key == key)
