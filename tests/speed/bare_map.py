"""The least that Streamlit and a map can be: what the page of vacant land is held against."""

import streamlit as st
from streamlit_folium import st_folium

from layers.maps.offline import OfflineMap

st.title("Kart")
st_folium(OfflineMap(location=[59.96, 11.05], tiles=None), key="map", returned_objects=["zoom"])
