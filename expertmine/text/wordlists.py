"""Word lists: English of the trade that says nothing about a subject."""

UNCOUNTED = (
    "abstract aim aims background conclusion conclusions discussion findings introduction method methods "
    "objective objectives purpose result results summary although among article authors comment commentary "
    "corrigendum editorial erratum letter reply based cm compared da described et etc fig figure found "
    "included including kg level mean mg min ml mm month months observed p paper performed present presented "
    "reported respectively eg hg ie i.e. e.g. i. e. iu mg/day mg/kg mmhg sd se showed shown significant "
    "significantly similar studied studies study suggest suggests table total use used useful using versus vs "
    "week weeks whereas year years"
)
"""Beside the stop words: section labels, units, what every paper says of itself; never counted."""

ENDING = (
    "ability able abnormal absence access according accuracy achieve achieved activities addition additional "
    "adequate adult adults advanced advantage advantages affect affected age aged allow allowed alternative "
    "analyses analysis analyzed animal animals appear appears application applications applied approach "
    "approaches area areas aspect aspects assess assessed assessment assigned associated association "
    "associations author available average beneficial benefit benefits best better bilateral book case cases "
    "category cause caused causes challenge challenges change changed changes chapter characteristic "
    "characteristics characterized children clear clinical clinically cohort combination combined common "
    "commonly comparable comparative compare comparing comparison complete completed complex concentration "
    "concentrations concept concerning conditions conducted consecutive consensus considered consistent "
    "contrast control controlled controls correlated correlation course cross-sectional current currently "
    "daily data day days decrease decreased define defined degree demonstrate demonstrated demonstrates "
    "dependent derived design designed detected determine determined develop developed development difference "
    "differences different difficult direct discuss discussed dose doses double-blind duration earlier early "
    "effect effective effectiveness effects efficacy elevated emerging enhance enhanced enrolled establish "
    "established estimate estimated evaluate evaluated evaluating evaluation evaluations evidence ex examine "
    "examined example excellent exhibit exhibited existing expected experience experimental expert extent "
    "factor factors failed failure favorable feature features female females final finding fold follow "
    "follow-up follow-ups followed following form formed frequency frequently function functional functions "
    "future general generally generation good grade great greater group groups half healthy help high higher "
    "highest highlight highly history hour hours human humans hypothesis hypothesized identified identify "
    "impact implicated importance important improve improved improvement improvements improves increase "
    "increased increases increasing indicate indicated indicates indication indications individual "
    "individuals induced influence information initial insight insights interest intervention interventions "
    "investigate investigated investigation involved involving issue issues key knowledge known lack large "
    "largest late later lead leading leads left levels likely limitation limitations limited literature "
    "little long long-term longer low lower lowest main maintain maintained major majority makes male males "
    "man management marked markedly maximum means measure measured measurement measurements measures "
    "mechanism mechanisms median mediated men mid-term midterm mild minimal minimum model models moderate "
    "modified multiple natural necessary need needed negative new normal novel number numbers observation "
    "obtained occur occurred occurs old older open optimal option options order original outcome outcomes "
    "overall overview parameter parameters participants particular particularly past patient patients people "
    "performance period periods perspective perspectives phase placebo placebo-controlled point points poor "
    "population populations positive possible possibly post potential potentially practice predict predicted "
    "preliminary presence prevent previous previously primary prior problem problems procedure procedures "
    "process produce produced product promising properties property proposed prospective prospectively "
    "protocol prove provide provided provides published quality question questions randomised randomized "
    "randomly range rate rates rating ratio reason received receiving recent recently recommend "
    "recommendations recommended record recorded reduce reduced reduces reducing reduction refer regard "
    "related relation relationship relative relatively relevance relevant remain remained remains report "
    "reporting reports represent required requires research respect response responses retrospective "
    "retrospectively reveal revealed review reviewed reviews right risk risks role safe safety sample samples "
    "satisfactory scale scales score scores second secondary section seen select selected series set severe "
    "short short-term shorter shows significance single site sites situ situation size small specific "
    "standard state statistically status step strategies strategy strong stronger sub-group subgroup subject "
    "subjects subsequent successful successfully sufficient suggested suggesting suitable superior support "
    "supported supports survey symptoms systematic systematically technique techniques term terms test tested "
    "testing tests therapeutic therapies therapy time times today tool tools topic topics treat treated "
    "treating treatment treatments trend trends trial trials type types typical typically understanding "
    "underwent unique unknown update user users value values variable variables variety vitro vivo volunteers "
    "wide widely women work yield young younger zealand"
)
"""Counted, but no part of a keyphrase: study designs, verbs, degrees, people at large."""

UNNAMED = (
    "canine consort curve database embase fewer funnel goat guideline medline meta mice minipig mouse murine "
    "ovine pig porcine questionnaire rabbit rat registry search sheep swine topic"
)
"""Words of keyphrases that name no topic: animals of experiments, instruments of studies ("meta-analysis")."""

TOO_GENERAL = (
    "appearance area article care cell class culture damage disease disorder heart hormone implant include infill "
    "integration load medicine modality rare reaction restoration sequence syndrome technology tissue undertaken walk "
    "woman"
)
"""Words that name no topic when they stand alone."""

FOREIGN = "de la le les el los las del des du une un der die das und bei mit von zur im et en y e o os as dos do"
"""Articles and prepositions of the other languages in which titles are common; they end a phrase."""

UNFOLDED = (
    "aids always ascites asbestos atlas bias biceps canvas caries chaos diabetes feces herpes lens measles "
    "pancreas perhaps psoas quadriceps rabies scabies series species sometimes texas towards triceps"
)
"""Words whose last s is no plural."""

LABEL_WORDS = (
    "abstract aim aims analysis and approach background case challenges clinical conclusion conclusions "
    "context data design discussion evaluation evidence experimental extraction findings future goal "
    "hypothesis importance intervention interventions introduction limitations main material materials "
    "measure measurement measurements measures method methodology methods objective objectives of outcome "
    "outcomes participants patient patients presentation primary procedure procedures purpose purposes "
    "question rationale recent relevance report result results review scope selection setting settings "
    "significance sources statement studies study subject subjects summary synopsis synthesis the unlabelled"
)
"""Words of which the labels of structured abstracts are made."""

CHECK_TAGS = (
    "Adolescent|Adult|Aged|Aged, 80 and over|Animals|Child|Child, Preschool|Cohort Studies|"
    "Cross-Over Studies|Cross-Sectional Studies|Double-Blind Method|Female|Follow-Up Studies|Humans|"
    "Infant|Infant, Newborn|Male|Middle Aged|Pilot Projects|Pregnancy|Prospective Studies|"
    "Retrospective Studies|Single-Blind Method|Surveys and Questionnaires|Time Factors|Treatment Outcome|"
    "United States|Young Adult|Case-Control Studies|Reproducibility of Results|"
    "Dose-Response Relationship, Drug|Drug Administration Schedule|Random Allocation|"
    "Sensitivity and Specificity|Risk Factors|Models, Biological|Analysis of Variance"
)
"""MeSH headings about who and how was studied, not about what."""
