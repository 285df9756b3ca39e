"""Where vaccines are given in the world of the demonstration: stock, sites and turns."""

from ravs.demo.past.giving import (
    EVERY_WORKING_DAY,
    Giving,
    Keeps,
    Lot,
    Round,
)

FLU_65, FLU_ADULT, FLU_CHILD = "flu-ativ", "flu-tivc", "flu-fluenz"
COVID, RSV, PERTUSSIS, MMR = "comirnaty-30-lp81", "abrysvo", "pertussis-adacel", "mmr-priorix"

IRWELL_VALLEY = Giving(
    ods="RW3",
    steward="Siân O'Connor",
    types=("flu", "covid-19", "rsv", "pertussis", "mmr"),
    near=("Manchester", "Leeds"),
    stock=(
        Keeps("RW3NM", FLU_65, (Lot("A7K204", -9), Lot("A7K391", 160, added=30))),
        Keeps("RW3NM", FLU_ADULT, (Lot("TV5518C", 140), Lot("TV5307C", 35, finished=21))),
        Keeps("RW3NM", FLU_CHILD, (Lot("FZ2281", 24),)),
        Keeps("RW3NM", COVID, (Lot("NC8801", -31), Lot("NC9417", 19, added=40))),
        Keeps("RW3NM", RSV, (Lot("LX4102", 410),)),
        Keeps("RW3NM", PERTUSSIS, (Lot("C6093AA", 300),)),
        Keeps("RW3NM", MMR, (Lot("AMJR887", 240),)),
        Keeps("RW3WQ", FLU_65, (Lot("A7K204", 150), Lot("A7J977", 12, finished=45))),
        Keeps("RW3WQ", FLU_ADULT, (Lot("TV5518C", 140),)),
        Keeps("RW3WQ", COVID, (Lot("NC9020", -4), Lot("NC9417", 19, added=15))),
        Keeps("RW3SH", FLU_ADULT, (Lot("TV5520C", 128),)),
        Keeps("RW3SH", MMR, (Lot("AMJR901", 200),)),
    ),
    rounds=(
        Round(
            "RW3NM",
            (
                "Rosa Keane",
                "Daniel Achebe",
                "Mei Ling Chow",
                "Nia Bevan",
                "Dev Patel",
                "Oliver Birtwistle",
            ),
            EVERY_WORKING_DAY,
            (2, 4),
            (
                (FLU_65, 9),
                (COVID, 6),
                (FLU_ADULT, 4),
                (RSV, 4),
                (PERTUSSIS, 2),
                (FLU_CHILD, 2),
                (MMR, 2),
            ),
        ),
        Round(
            "RW3WQ",
            ("Fatima Noor", "Priya Raman"),
            (1, 5),
            (2, 4),
            ((FLU_65, 4), (COVID, 3), (FLU_ADULT, 2)),
        ),
        Round(
            "RW3SH",
            ("Mary-Lou Ferreira", "Zoë Lindqvist"),
            (2,),
            (2, 3),
            ((FLU_ADULT, 9), (MMR, 1)),
            is_for_staff=True,
        ),
    ),
)

CALDER_TEAM = ("Samir Khoury", "Polly Nuttall")

CALDER_MOOR = Giving(
    ods="R9C",
    steward="Graham Ellison",
    types=("flu", "covid-19", "rsv"),
    near=("Bradford", "Leeds"),
    stock=(
        Keeps("R9CCM", FLU_65, (Lot("A7K118", 90),)),
        Keeps("R9CCM", COVID, (Lot("NC8874", 16),)),
        Keeps("R9CHB", RSV, (Lot("LX3990", 380),)),
        Keeps("R9CHB", FLU_ADULT, (Lot("TV5411C", 75),)),
    ),
    rounds=(
        Round("R9CCM", ("Samir Khoury", "Polly Nuttall"), (0,), (2, 3), ((FLU_65, 3), (COVID, 2))),
        Round("R9CHB", ("Samir Khoury", "Polly Nuttall"), (2,), (1, 2), ((RSV, 1), (FLU_ADULT, 2))),
    ),
)

MEADOWSWEET_LEWES = Giving(
    ods="FAX21",
    steward="Amara Okafor",
    types=("flu", "covid-19", "rsv"),
    near=("London",),
    stock=(
        Keeps("FAX21", FLU_65, (Lot("A7K260", 155),)),
        Keeps("FAX21", FLU_ADULT, (Lot("TV5602C", 133), Lot("TV5299C", -20))),
        Keeps("FAX21", COVID, (Lot("NC9101", 22),)),
        Keeps("FAX21", RSV, (Lot("LX4077", 395),)),
    ),
    rounds=(
        Round(
            "FAX21",
            ("Amara Okafor", "Lucy Frith"),
            (0, 2, 5),
            (1, 3),
            ((FLU_65, 3), (FLU_ADULT, 3), (COVID, 2), (RSV, 1)),
        ),
    ),
)

LAMPLIGHT = Giving(
    ods="FJR62",
    steward="Edith Langley",
    types=("flu", "covid-19"),
    near=("Birmingham",),
    stock=(
        Keeps("FJR62", FLU_65, (Lot("A7K033", 110),)),
        Keeps("FJR62", COVID, (Lot("NC8790", 5),)),
    ),
    rounds=(Round("FJR62", ("Owen Prosser",), (4,), (1, 3), ((FLU_65, 3), (COVID, 1)), until=21),),
)

GIVING = (IRWELL_VALLEY, CALDER_MOOR, MEADOWSWEET_LEWES, LAMPLIGHT)
