# Источники новостей: слова для администраторов.

source-bad-address = { $url } не похоже на адрес сайта.
source-nothing = По адресу { $url } не нашлось ни ленты, ни статей.
source-unreachable = Сайт не отвечает: { $reason }.
