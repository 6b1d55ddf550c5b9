"""Owns the words for a citizen of each state, in Spanish, Portuguese and English."""

# ISO 3166 code | Spanish masculine | feminine | Portuguese masculine | feminine | English
DEMONYM_TABLE = """
AD|Andorrano|Andorrana|Andorrano|Andorrana|Andorran
AE|Emiratí|Emiratí|Emiradense|Emiradense|Emirati
AF|Afgano|Afgana|Afegão|Afegã|Afghan
AG|Antiguano|Antiguana|Antiguano|Antiguana|Antiguan
AL|Albanés|Albanesa|Albanês|Albanesa|Albanian
AM|Armenio|Armenia|Armênio|Armênia|Armenian
AO|Angoleño|Angoleña|Angolano|Angolana|Angolan
AR|Argentino|Argentina|Argentino|Argentina|Argentine
AT|Austríaco|Austríaca|Austríaco|Austríaca|Austrian
AU|Australiano|Australiana|Australiano|Australiana|Australian
AZ|Azerbaiyano|Azerbaiyana|Azerbaijano|Azerbaijana|Azerbaijani
BA|Bosnio|Bosnia|Bósnio|Bósnia|Bosnian
BB|Barbadense|Barbadense|Barbadiano|Barbadiana|Barbadian
BD|Bangladesí|Bangladesí|Bangladês|Bangladesa|Bangladeshi
BE|Belga|Belga|Belga|Belga|Belgian
BF|Burkinés|Burkinesa|Burquinense|Burquinense|Burkinabe
BG|Búlgaro|Búlgara|Búlgaro|Búlgara|Bulgarian
BH|Bareiní|Bareiní|Bareinita|Bareinita|Bahraini
BI|Burundés|Burundesa|Burundiano|Burundiana|Burundian
BJ|Beninés|Beninesa|Beninense|Beninense|Beninese
BN|Bruneano|Bruneana|Bruneano|Bruneana|Bruneian
BO|Boliviano|Boliviana|Boliviano|Boliviana|Bolivian
BR|Brasileño|Brasileña|Brasileiro|Brasileira|Brazilian
BS|Bahameño|Bahameña|Bahamense|Bahamense|Bahamian
BT|Butanés|Butanesa|Butanês|Butanesa|Bhutanese
BW|Botsuano|Botsuana|Botsuanês|Botsuanesa|Botswanan
BY|Bielorruso|Bielorrusa|Bielorrusso|Bielorrussa|Belarusian
BZ|Beliceño|Beliceña|Belizenho|Belizenha|Belizean
CA|Canadiense|Canadiense|Canadense|Canadense|Canadian
CD|Congoleño (Kinsasa)|Congoleña (Kinsasa)|Congolês (Kinshasa)|Congolesa (Kinshasa)|Congolese (Kinshasa)
CF|Centroafricano|Centroafricana|Centro-africano|Centro-africana|Central African
CG|Congoleño|Congoleña|Congolês|Congolesa|Congolese
CH|Suizo|Suiza|Suíço|Suíça|Swiss
CI|Marfileño|Marfileña|Marfinense|Marfinense|Ivorian
CL|Chileno|Chilena|Chileno|Chilena|Chilean
CM|Camerunés|Camerunesa|Camaronês|Camaronesa|Cameroonian
CN|Chino|China|Chinês|Chinesa|Chinese
CO|Colombiano|Colombiana|Colombiano|Colombiana|Colombian
CR|Costarricense|Costarricense|Costa-riquenho|Costa-riquenha|Costa Rican
CU|Cubano|Cubana|Cubano|Cubana|Cuban
CV|Caboverdiano|Caboverdiana|Cabo-verdiano|Cabo-verdiana|Cape Verdean
CY|Chipriota|Chipriota|Cipriota|Cipriota|Cypriot
CZ|Checo|Checa|Tcheco|Tcheca|Czech
DE|Alemán|Alemana|Alemão|Alemã|German
DJ|Yibutiano|Yibutiana|Djibutiano|Djibutiana|Djiboutian
DK|Danés|Danesa|Dinamarquês|Dinamarquesa|Danish
DM|Dominiqués|Dominiquesa|Dominiquês|Dominiquesa|Dominican (Dominica)
DO|Dominicano|Dominicana|Dominicano|Dominicana|Dominican
DZ|Argelino|Argelina|Argelino|Argelina|Algerian
EC|Ecuatoriano|Ecuatoriana|Equatoriano|Equatoriana|Ecuadorian
EE|Estonio|Estonia|Estoniano|Estoniana|Estonian
EG|Egipcio|Egipcia|Egípcio|Egípcia|Egyptian
ER|Eritreo|Eritrea|Eritreu|Eritreia|Eritrean
ES|Español|Española|Espanhol|Espanhola|Spanish
ET|Etíope|Etíope|Etíope|Etíope|Ethiopian
FI|Finlandés|Finlandesa|Finlandês|Finlandesa|Finnish
FJ|Fiyiano|Fiyiana|Fijiano|Fijiana|Fijian
FM|Micronesio|Micronesia|Micronésio|Micronésia|Micronesian
FR|Francés|Francesa|Francês|Francesa|French
GA|Gabonés|Gabonesa|Gabonês|Gabonesa|Gabonese
GB|Británico|Británica|Britânico|Britânica|British
GD|Granadino|Granadina|Granadino|Granadina|Grenadian
GE|Georgiano|Georgiana|Georgiano|Georgiana|Georgian
GH|Ghanés|Ghanesa|Ganês|Ganesa|Ghanaian
GM|Gambiano|Gambiana|Gambiano|Gambiana|Gambian
GN|Guineano|Guineana|Guineano|Guineana|Guinean
GQ|Ecuatoguineano|Ecuatoguineana|Guinéu-equatoriano|Guinéu-equatoriana|Equatorial Guinean
GR|Griego|Griega|Grego|Grega|Greek
GT|Guatemalteco|Guatemalteca|Guatemalteco|Guatemalteca|Guatemalan
GW|Bisauguineano|Bisauguineana|Guineense|Guineense|Bissau-Guinean
GY|Guyanés|Guyanesa|Guianense|Guianense|Guyanese
HN|Hondureño|Hondureña|Hondurenho|Hondurenha|Honduran
HR|Croata|Croata|Croata|Croata|Croatian
HT|Haitiano|Haitiana|Haitiano|Haitiana|Haitian
HU|Húngaro|Húngara|Húngaro|Húngara|Hungarian
ID|Indonesio|Indonesia|Indonésio|Indonésia|Indonesian
IE|Irlandés|Irlandesa|Irlandês|Irlandesa|Irish
IL|Israelí|Israelí|Israelense|Israelense|Israeli
IN|Indio|India|Indiano|Indiana|Indian
IQ|Iraquí|Iraquí|Iraquiano|Iraquiana|Iraqi
IR|Iraní|Iraní|Iraniano|Iraniana|Iranian
IS|Islandés|Islandesa|Islandês|Islandesa|Icelandic
IT|Italiano|Italiana|Italiano|Italiana|Italian
JM|Jamaiquino|Jamaiquina|Jamaicano|Jamaicana|Jamaican
JO|Jordano|Jordana|Jordaniano|Jordaniana|Jordanian
JP|Japonés|Japonesa|Japonês|Japonesa|Japanese
KE|Keniano|Keniana|Queniano|Queniana|Kenyan
KG|Kirguís|Kirguís|Quirguiz|Quirguiz|Kyrgyz
KH|Camboyano|Camboyana|Cambojano|Cambojana|Cambodian
KI|Kiribatiano|Kiribatiana|Quiribatiano|Quiribatiana|I-Kiribati
KM|Comorense|Comorense|Comoriano|Comoriana|Comorian
KN|Sancristobaleño|Sancristobaleña|São-cristovense|São-cristovense|Kittitian
KP|Norcoreano|Norcoreana|Norte-coreano|Norte-coreana|North Korean
KR|Surcoreano|Surcoreana|Sul-coreano|Sul-coreana|South Korean
KW|Kuwaití|Kuwaití|Kuwaitiano|Kuwaitiana|Kuwaiti
KZ|Kazajo|Kazaja|Cazaque|Cazaque|Kazakh
LA|Laosiano|Laosiana|Laosiano|Laosiana|Lao
LB|Libanés|Libanesa|Libanês|Libanesa|Lebanese
LC|Santalucense|Santalucense|Santa-lucense|Santa-lucense|Saint Lucian
LI|Liechtensteiniano|Liechtensteiniana|Liechtensteiniense|Liechtensteiniense|Liechtensteiner
LK|Ceilanés|Ceilanesa|Cingalês|Cingalesa|Sri Lankan
LR|Liberiano|Liberiana|Liberiano|Liberiana|Liberian
LS|Lesotense|Lesotense|Lesotiano|Lesotiana|Basotho
LT|Lituano|Lituana|Lituano|Lituana|Lithuanian
LU|Luxemburgués|Luxemburguesa|Luxemburguês|Luxemburguesa|Luxembourger
LV|Letón|Letona|Letão|Letã|Latvian
LY|Libio|Libia|Líbio|Líbia|Libyan
MA|Marroquí|Marroquí|Marroquino|Marroquina|Moroccan
MC|Monegasco|Monegasca|Monegasco|Monegasca|Monegasque
MD|Moldavo|Moldava|Moldavo|Moldava|Moldovan
ME|Montenegrino|Montenegrina|Montenegrino|Montenegrina|Montenegrin
MG|Malgache|Malgache|Malgaxe|Malgaxe|Malagasy
MH|Marshalés|Marshalesa|Marshallino|Marshallina|Marshallese
MK|Macedonio|Macedonia|Macedônio|Macedônia|Macedonian
ML|Maliense|Maliense|Malinês|Malinesa|Malian
MM|Birmano|Birmana|Birmanês|Birmanesa|Burmese
MN|Mongol|Mongola|Mongol|Mongol|Mongolian
MR|Mauritano|Mauritana|Mauritano|Mauritana|Mauritanian
MT|Maltés|Maltesa|Maltês|Maltesa|Maltese
MU|Mauriciano|Mauriciana|Mauriciano|Mauriciana|Mauritian
MV|Maldivo|Maldiva|Maldivo|Maldiva|Maldivian
MW|Malauí|Malauí|Malauiano|Malauiana|Malawian
MX|Mexicano|Mexicana|Mexicano|Mexicana|Mexican
MY|Malasio|Malasia|Malaio|Malaia|Malaysian
MZ|Mozambiqueño|Mozambiqueña|Moçambicano|Moçambicana|Mozambican
NA|Namibio|Namibia|Namibiano|Namibiana|Namibian
NE|Nigerino|Nigerina|Nigerino|Nigerina|Nigerien
NG|Nigeriano|Nigeriana|Nigeriano|Nigeriana|Nigerian
NI|Nicaragüense|Nicaragüense|Nicaraguense|Nicaraguense|Nicaraguan
NL|Neerlandés|Neerlandesa|Neerlandês|Neerlandesa|Dutch
NO|Noruego|Noruega|Norueguês|Norueguesa|Norwegian
NP|Nepalés|Nepalesa|Nepalês|Nepalesa|Nepalese
NR|Nauruano|Nauruana|Nauruano|Nauruana|Nauruan
NZ|Neozelandés|Neozelandesa|Neozelandês|Neozelandesa|New Zealander
OM|Omaní|Omaní|Omanense|Omanense|Omani
PA|Panameño|Panameña|Panamenho|Panamenha|Panamanian
PE|Peruano|Peruana|Peruano|Peruana|Peruvian
PG|Papú|Papú|Papuásio|Papuásia|Papua New Guinean
PH|Filipino|Filipina|Filipino|Filipina|Filipino
PK|Pakistaní|Pakistaní|Paquistanês|Paquistanesa|Pakistani
PL|Polaco|Polaca|Polonês|Polonesa|Polish
PS|Palestino|Palestina|Palestino|Palestina|Palestinian
PT|Portugués|Portuguesa|Português|Portuguesa|Portuguese
PW|Palauano|Palauana|Palauano|Palauana|Palauan
PY|Paraguayo|Paraguaya|Paraguaio|Paraguaia|Paraguayan
QA|Catarí|Catarí|Catariano|Catariana|Qatari
RO|Rumano|Rumana|Romeno|Romena|Romanian
RS|Serbio|Serbia|Sérvio|Sérvia|Serbian
RU|Ruso|Rusa|Russo|Russa|Russian
RW|Ruandés|Ruandesa|Ruandês|Ruandesa|Rwandan
SA|Saudí|Saudí|Saudita|Saudita|Saudi
SB|Salomonense|Salomonense|Salomônico|Salomônica|Solomon Islander
SC|Seychellense|Seychellense|Seichelense|Seichelense|Seychellois
SD|Sudanés|Sudanesa|Sudanês|Sudanesa|Sudanese
SE|Sueco|Sueca|Sueco|Sueca|Swedish
SG|Singapurense|Singapurense|Singapuriano|Singapuriana|Singaporean
SI|Esloveno|Eslovena|Esloveno|Eslovena|Slovenian
SK|Eslovaco|Eslovaca|Eslovaco|Eslovaca|Slovak
SL|Sierraleonés|Sierraleonesa|Serra-leonês|Serra-leonesa|Sierra Leonean
SM|Sanmarinense|Sanmarinense|São-marinhense|São-marinhense|Sammarinese
SN|Senegalés|Senegalesa|Senegalês|Senegalesa|Senegalese
SO|Somalí|Somalí|Somali|Somali|Somali
SR|Surinamés|Surinamesa|Surinamês|Surinamesa|Surinamese
SS|Sursudanés|Sursudanesa|Sul-sudanês|Sul-sudanesa|South Sudanese
ST|Santotomense|Santotomense|São-tomense|São-tomense|São Toméan
SV|Salvadoreño|Salvadoreña|Salvadorenho|Salvadorenha|Salvadoran
SY|Sirio|Siria|Sírio|Síria|Syrian
SZ|Suazi|Suazi|Suázi|Suázi|Swazi
TD|Chadiano|Chadiana|Chadiano|Chadiana|Chadian
TG|Togolés|Togolesa|Togolês|Togolesa|Togolese
TH|Tailandés|Tailandesa|Tailandês|Tailandesa|Thai
TJ|Tayiko|Tayika|Tadjique|Tadjique|Tajik
TL|Timorense|Timorense|Timorense|Timorense|Timorese
TM|Turkmeno|Turkmena|Turcomeno|Turcomena|Turkmen
TN|Tunecino|Tunecina|Tunisiano|Tunisiana|Tunisian
TO|Tongano|Tongana|Tonganês|Tonganesa|Tongan
TR|Turco|Turca|Turco|Turca|Turkish
TT|Trinitense|Trinitense|Trinitário|Trinitária|Trinidadian
TV|Tuvaluano|Tuvaluana|Tuvaluano|Tuvaluana|Tuvaluan
TW|Taiwanés|Taiwanesa|Taiwanês|Taiwanesa|Taiwanese
TZ|Tanzano|Tanzana|Tanzaniano|Tanzaniana|Tanzanian
UA|Ucraniano|Ucraniana|Ucraniano|Ucraniana|Ukrainian
UG|Ugandés|Ugandesa|Ugandês|Ugandesa|Ugandan
US|Estadounidense|Estadounidense|Estadunidense|Estadunidense|American
UY|Uruguayo|Uruguaya|Uruguaio|Uruguaia|Uruguayan
UZ|Uzbeko|Uzbeka|Uzbeque|Uzbeque|Uzbek
VA|Vaticano|Vaticana|Vaticano|Vaticana|Vatican
VC|Sanvicentino|Sanvicentina|São-vicentino|São-vicentina|Vincentian
VE|Venezolano|Venezolana|Venezuelano|Venezuelana|Venezuelan
VN|Vietnamita|Vietnamita|Vietnamita|Vietnamita|Vietnamese
VU|Vanuatuense|Vanuatuense|Vanuatuense|Vanuatuense|Ni-Vanuatu
WS|Samoano|Samoana|Samoano|Samoana|Samoan
XK|Kosovar|Kosovar|Kosovar|Kosovar|Kosovar
YE|Yemení|Yemení|Iemenita|Iemenita|Yemeni
ZA|Sudafricano|Sudafricana|Sul-africano|Sul-africana|South African
ZM|Zambiano|Zambiana|Zambiano|Zambiana|Zambian
ZW|Zimbabuense|Zimbabuense|Zimbabuano|Zimbabuana|Zimbabwean
"""
