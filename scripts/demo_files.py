"""Write the files of the demo network again: `python -m scripts.demo_files`. They are kept in the repository."""

from __future__ import annotations

from pathlib import Path

from tests.documents import office
from tests.documents.pdf import pdf

FOLDER = Path(__file__).parent.parent / "wiki" / "models" / "demo" / "fr" / "files"

ASSEMBLY = [
    """# Compte rendu de l’assemblée générale

Traverses, réseau d’hébergeurs éthiques et d’associations
Maison des associations de Rennes, et en ligne

Présences : vingt-trois personnes, dont neuf en ligne, pour quatorze structures.
Le quorum prévu par les statuts (un tiers des structures) est atteint.

Ouverture par Léa Morvan, qui rappelle la façon de voter : un carton par structure,
quel que soit le nombre de personnes venues.

Ordre du jour
1. Rapport moral et rapport d’activité
2. Comptes de l’année et budget
3. Cotisations
4. Astreinte partagée pendant l’été
5. Élection du bureau""",
    """# 1. Rapport moral et rapport d’activité

L’année a tenu en trois récits : la migration de l’école de musique, la nuit où un
transfert a échoué, et la réponse commune à l’appel de la métropole.

Ce que nous retenons : prévenir les usagers deux fois plutôt qu’une, garder l’ancien
serveur un mois, écrire les comptes rendus le soir même.

Le rapport est adopté à l’unanimité.

# 2. Comptes de l’année et budget

Bruno présente les comptes. L’excédent, deux cent quarante euros, est mis en réserve.
Les deux vérificatrices n’ont pas de remarque. Quitus est donné au bureau.

Le budget de l’année à venir est adopté avec une abstention.""",
    """# 3. Cotisations

Proposition : garder trois paliers, et ouvrir un palier solidaire à dix euros pour les
collectifs sans salarié. Une objection est levée : le palier sera revu dans un an.

Adoptée par consentement. Date de révision : la prochaine assemblée générale.

# 4. Astreinte partagée pendant l’été

Quatre hébergeurs se relaient du quinze juillet au vingt août. Une seule adresse, un
délai promis de quatre heures ouvrées, et une somme versée à qui est réveillé la nuit.

Inès rédige la fiche réflexe ; Karim tient le planning.

# 5. Élection du bureau

Présidence : Léa Morvan. Trésorerie : Bruno Kerdal. Secrétariat : poste vacant, ouvert
jusqu’à la prochaine réunion de bureau.

La séance est levée à dix-sept heures quarante. Il reste du far.""",
]

CLOSING = [
    """# Fiche réflexe : fermer un compte proprement

À garder près de soi le jour où une association quitte un service.

Avant
- Prévenir la personne référente quinze jours avant, puis la veille.
- Exporter les agendas (ICS), les contacts (VCF) et les fichiers (une archive par espace).
- Vérifier l’archive sur une autre machine, avec la personne.

Le jour même
- Fermer les accès, sans rien effacer.
- Rediriger l’adresse vers une page qui dit où écrire.

Après
- Garder une sauvegarde chiffrée trente jours, puis la détruire à deux.
- Envoyer l’attestation de destruction : date, volume, noms des deux témoins.
- Noter ce qui a coincé dans le retour d’expérience.""",
]

AGREEMENT = [
    "# Convention de partenariat",
    "Entre la structure A, représentée par son ou sa présidente, et la structure B.",
    "# Article 1. Objet",
    "Les deux structures répondent ensemble aux demandes d’hébergement et de formation des "
    "associations de leur territoire.",
    "# Article 2. Qui fait quoi",
    "La structure A accueille, forme et accompagne. La structure B héberge, sauvegarde et dépanne.",
    "# Article 3. Facturation",
    "Une seule facture est adressée à l’association ; la part de chacune est versée sous trente jours.",
    "# Article 4. Données personnelles",
    "Chaque structure tient son registre des traitements. Un contrat de sous-traitance est annexé.",
    "# Article 5. Désaccord et fin",
    "En cas de désaccord, une troisième structure du réseau est invitée à la médiation. La convention "
    "prend fin avec un préavis de trois mois ; les associations choisissent avec qui elles continuent.",
]

LAUNCH = [
    "Compte rendu : réunion de lancement de l’offre commune",
    "Présentes et présents : Karim, Inès, Bruno, Josiane. Excusée : Nour.",
    "En deux lignes : une seule structure facture, une marraine par association pilote.",
    "1. Tour de table. Josiane craint la surcharge des bénévoles pendant les vendanges.",
    "2. Chiffrage. On compte en heures d’abord : les heures offertes sont écrites, pas cachées.",
    "3. Astreinte. Inès propose un numéro unique, relevé par roulement, jamais la nuit.",
    "4. Communication. Un dépliant trilingue (français, breton, gallo) sera imprimé à cent exemplaires.",
    "Relevé de décisions : Karim relance les trois pilotes ; Bruno ouvre le livre de caisse.",
    "Prochain rendez-vous dans quinze jours, salon ouvert un quart d’heure avant.",
]

PRICES = [
    ["Grille tarifaire indicative", "Petite (moins de 10 personnes)", "Moyenne", "Grande"],
    ["Adhésion au palier solidaire", "10 €", "10 €", "10 €"],
    ["Espace de fichiers, 50 Go", "60 €", "120 €", "240 €"],
    ["Visioconférence avec enregistrement", "24 €", "48 €", "96 €"],
    ["Reprise des données d’un ancien prestataire", "sur devis", "sur devis", "sur devis"],
    ["Formation de deux demi-journées", "offerte", "180 €", "360 €"],
    ["Remise aux épiceries sociales et ressourceries", "- 30 %", "- 30 %", "- 30 %"],
]

CHARTER = [
    "# Charte d’hospitalité de l’offre commune",
    "Nous accueillons sans jargon : chaque acronyme est déplié la première fois qu’il paraît.",
    "# Nos engagements",
    "Répondre en deux jours ouvrés. Dire quand nous ne savons pas. Ne jamais revendre ni profiler.",
    "Prévenir trente jours avant toute coupure prévue, et raconter chaque panne en public.",
    "# Vos engagements",
    "Désigner une personne référente et une suppléante. Payer à réception, ou dire pourquoi.",
    "# Réversibilité",
    "Vos données partent avec vous, dans des formats ouverts, sans frais et sans délai de rétention.",
    "# RGPD",
    "Nous sommes sous-traitants au sens du règlement ; l’annexe liste les lieux de stockage.",
]


def main() -> None:
    """Write them all."""
    for name, content in files().items():
        path = FOLDER / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def files() -> dict[str, bytes]:
    """Make them, by the page they are laid on."""
    return {
        "Charte-et-prix/Charte-d-hospitalité.odt": office.odt(CHARTER),
        "Charte-et-prix/Grille-tarifaire.ods": office.ods(PRICES),
        "Comptes-rendus-de-l-offre-commune/CR_réunion-de-lancement.docx": office.docx(LAUNCH),
        "Charte-du-reseau/Compte-rendu_assemblée-générale.pdf": pdf(ASSEMBLY),
        "Migrer-une-association-vers-Nextcloud/Fiche-réflexe_fermer-un-compte.pdf": pdf(CLOSING),
        "Modele-de-convention-de-partenariat/Convention-type.odt": office.odt(AGREEMENT),
    }


if __name__ == "__main__":
    main()
