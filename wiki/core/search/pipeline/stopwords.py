"""The words that say nothing in a query, by language; analysis decides what to do with them.

Shorter than Snowball's lists on purpose: "été", "son" or "but" mean something in a page. Both
spellings are given where people leave accents out."""

_FRENCH = """
à a ai ainsi alors après apres as au aucun aucune aussi autre autres aux avait avant avec avez avoir
avons ayant
c ça ca car ce ceci cela celle celles celui ces cet cette ceux chaque chez ci combien comme comment
d dans de déjà deja depuis des dès desquelles desquels dois doit doivent donc dont du duquel
elle elles en encore entre es est et étaient était etait étant etant êtes etes être etre eu eux
faire fait faut font
iel iels il ils j je jusque l la là laquelle le lequel les lesquelles lesquels leur leurs lors lorsque lui
m ma mais me même meme mêmes memes mes mien moi moins mon
n ne ni nos notre nous
on ont or où ou
par parce pas pendant peut peuvent peux plus plutôt plutot pour pourquoi puis
qu quand que quel quelle quelles quels quelque quelques qui quoi
s sa sans se selon sera seront ses si sinon soient soit sommes son sont sous suis sur
t ta tandis te tel telle telles tels tes toi ton toujours tous tout toute toutes très tres tu tou toustes celleux
un une
vers via voici voilà voila vos votre vous
y
"""

_ENGLISH = """
a about after all also am an and any are as at
be because been before being between both but by
can could
did do does doing done
each either
for from
had has have having he her here hers him his how
i if in into is it its
just
me more most must my
no nor not
of off on one only or other our ours out over own
per
s same shall she should so some such
t than that the their theirs them then there these they this those through to too
under until up us
very via
was we were what when where which while who whom whose why will with within without would
you your yours
"""

_INVARIABLE = """
abus acquis admis amas ananas anglais appas appris as atlas autobus avis bas biais blocus bois bonus
bras bus campus cannabis cas chamois chaos cirrus colis coloris commis compas compris
compromis concis confus consensus corpus cosinus cours croquis cursus debarras depens devis diffus
dos embarras engrais exclus express focus fois fracas frais francais fouillis gris gros harnais
heros hiatus hormis hors humus inclus index indivis intrus jus lapsus lilas logis lotus
malus mais marais marquis mas matelas mauvais mis modus mois motus negus niais obus oasis
omnibus opus os palais paradis pas permis pis plexus plus poids pois pouls precis prepas primus
processus promis propos prospectus puis pus rabais radis ras rebus recois refus relais remis
repas repos repris requis rictus roulis salsifis schuss semis sinus souris sous stimulus
surplus sursis syllabus taillis talus tapis tas tennis terminus tournevis tracas treillis trepas
tribus trois typhus us verglas verjus vernis versus virus vis radius anus cactus papyrus thesaurus
emmaus pays nous vous jadis puis tandis depuis desormais jamais
"""

IRREGULAR = {
    "travaux": "travail",
    "baux": "bail",
    "vitraux": "vitrail",
    "yeux": "oeil",
    "lieux": "lieu",
    "milieux": "milieu",
    "jeux": "jeu",
    "enjeux": "enjeu",
    "feux": "feu",
    "voeux": "voeu",
    "aveux": "aveu",
    "neveux": "neveu",
    "cheveux": "cheveu",
    "bijoux": "bijou",
    "choux": "chou",
    "genoux": "genou",
    "cailloux": "caillou",
    "messieurs": "monsieur",
    "mesdames": "madame",
}
"""French plurals that no rule finds, folded, and their singular."""

INVARIABLE = frozenset(_INVARIABLE.split())
"""French words that end in -as, -is, -os or -us in the singular too, folded."""

_THEMSELVES = """
alternative attention base colonne communication cours delit departement devis egalement entrainement environnement
exclusivement ferie forcement format foyer francais generalement importance important interessement liquide lotissement
loyer manifestement mars mere nantissement nettement notamment parlement partir publication quota reference rendement
serie station succession taxi tellement terrasse testament visa voirie
"""

OWN_STEMS = dict.fromkeys(_THEMSELVES.split()) | {
    "communique": "communiqu",
    "communiquee": "communiqu",
    "francaise": "francais",
    "importante": "important",
    "licencie": "licenci",
    "licenciee": "licenci",
}
"""French words, folded, that Snowball would cut to another's stem, and their own (None: themselves).

It takes a loyer for a loi, a devis for devoir, a taxi for a taxe, a département for a départ.
"""

STOP_WORDS: dict[str, frozenset[str]] = {
    "fr": frozenset(_FRENCH.split()),
    "en": frozenset(_ENGLISH.split()),
}
